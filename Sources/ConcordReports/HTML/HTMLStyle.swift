/// The report's style sheet: one file's worth of CSS, without fonts or images from elsewhere.
enum HTMLStyle {
    static let base = """
        :root {
          color-scheme: light dark;
          --ink: light-dark(#1c2430, #e6e9ee);
          --quiet: light-dark(#5b6675, #9aa5b4);
          --paper: light-dark(#ffffff, #12161c);
          --panel: light-dark(#f5f7f9, #1a2028);
          --line: light-dark(#dde2e8, #2e3742);
          --link: light-dark(#1f5aa8, #82b4ff);
        }
        * { box-sizing: border-box; }
        span, b, i, em, strong, small, a, code, q, time { unicode-bidi: isolate; }
        html { scroll-behavior: smooth; }
        body {
          margin: 0; background: var(--paper); color: var(--ink);
          font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
          -webkit-text-size-adjust: 100%;
        }
        main, .cover { max-width: 1060px; margin: 0 auto; padding: 0 32px; }
        h1, h2, h3, h4, p, dl, dd, ul { margin: 0; }
        h1 { font-size: 34px; line-height: 1.15; letter-spacing: -0.015em; font-weight: 650; }
        h2 { font-size: 23px; line-height: 1.25; letter-spacing: -0.01em; font-weight: 650; }
        h3 { font-size: 16px; line-height: 1.35; font-weight: 650; }
        h4 { font-size: 14px; font-weight: 600; }
        section { padding: 40px 0 8px; }
        section > h2 { padding-bottom: 8px; border-bottom: 2px solid var(--ink);
          margin-bottom: 20px; }
        section > h3 { margin: 32px 0 12px; }
        a { color: var(--link); text-decoration: none; }
        a:hover { text-decoration: underline; }
        code { font: 0.86em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace;
          overflow-wrap: anywhere; }
        table { width: 100%; border-collapse: collapse; }
        th, td { text-align: left; vertical-align: top; padding: 7px 12px 7px 0; }
        thead th { font-size: 12px; font-weight: 600; color: var(--quiet);
          border-bottom: 1px solid var(--line); }
        tbody tr + tr > * { border-top: 1px solid var(--line); }
        caption { caption-side: bottom; text-align: left; padding-top: 8px; font-size: 13px;
          color: var(--quiet); }
        ul { padding-left: 20px; }
        .plain, .people, .counts, .legend { list-style: none; padding: 0; }
        .quiet { color: var(--quiet); font-weight: 400; }
        .prose, .statement, .value { white-space: pre-line; }
        .line { display: block; }
        .lead { color: var(--quiet); margin-bottom: 20px; }
        dt { color: var(--quiet); font-size: 12px; }
        """

    /// Colours: one for each grade, state of coverage and standard. There are always words next to
    /// them, so that nothing depends on seeing a colour.
    static let tones = """
        .g-major { --tone: light-dark(#b3261e, #ff8a80); }
        .g-minor { --tone: light-dark(#b45309, #fbb05a); }
        .g-observation { --tone: light-dark(#846a00, #e3c84f); }
        .g-ofi { --tone: light-dark(#1f5aa8, #82b4ff); }
        .g-conformity { --tone: light-dark(#1b7340, #6fd08f); }
        .g-goodPractice { --tone: light-dark(#0f766e, #5fd1c5); }
        .g-none { --tone: light-dark(#5b6675, #9aa5b4); }
        .s-covered { --tone: light-dark(#2e8b57, #4fae78); }
        .s-inProgress { --tone: light-dark(#5d8fd0, #6b9be0); }
        .s-planned { --tone: light-dark(#b3bfcd, #5a6675); }
        .s-notPlanned { --tone: light-dark(#d9822b, #d9822b); }
        .s-notReached { --tone: light-dark(#b3261e, #e0675e); }
        .s-excluded { --tone: light-dark(#8d97a5, #7d8896); }
        .std-0 { --tone: light-dark(#3a4ba0, #a5b2ff); }
        .std-1 { --tone: light-dark(#8a2f6b, #f0a3d3); }
        .std-2 { --tone: light-dark(#0f6b78, #72d2df); }
        .std-3 { --tone: light-dark(#6b5516, #dcc073); }
        .tag, .grade, .link { --tint: color-mix(in srgb, var(--tone) 12%, var(--paper)); }
        .tag { display: inline-block; white-space: nowrap; font-size: 12px; font-weight: 600;
          line-height: 1.5; padding: 1px 8px; border-radius: 4px; color: var(--paper);
          background: var(--tone); }
        .tag.small { font-size: 10.5px; padding: 0 5px; }
        .grade { display: inline-block; white-space: nowrap; font-size: 12px; font-weight: 600;
          line-height: 1.5; padding: 0 8px; border-radius: 10px; color: var(--tone);
          background: var(--tint); }
        .link { display: inline-block; font-size: 12px; font-weight: 600; line-height: 1.5;
          padding: 0 6px; border-radius: 4px; color: var(--tone); background: var(--tint); }
        .pair { white-space: nowrap; display: inline-block; margin-right: 8px; }
        .contested-mark, .draft { display: inline-block; font-size: 11px; font-weight: 600;
          line-height: 1.5; padding: 0 6px; border-radius: 4px;
          color: light-dark(#7a1f5c, #ffb3e2); border: 1px dashed currentColor; }
        .banner, .conflict { --tone: light-dark(#a3226f, #ff9bd5);
          background: color-mix(in srgb, var(--tone) 7%, var(--paper));
          border: 1px dashed var(--tone); border-radius: 6px; padding: 10px 14px; }
        """
}
