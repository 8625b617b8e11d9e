extension HTMLStyle {
    /// The report's own parts, from the cover to the appendix.
    static let parts = """
        .cover { padding-top: 56px; }
        .kicker { color: var(--quiet); font-size: 14px; font-weight: 600; margin-bottom: 6px; }
        .tags { margin-top: 14px; }
        .cover .tag { font-size: 13px; padding: 2px 10px; }
        .banner { margin-top: 18px; font-weight: 500; }
        .cover h2, .evidence h4 { font-size: 12px; font-weight: 600; color: var(--quiet);
          letter-spacing: 0; margin-bottom: 6px; }
        .cover-grid { display: grid; grid-template-columns: 1fr 1.25fr; gap: 40px;
          margin-top: 28px; padding-top: 20px; border-top: 1px solid var(--line); }
        .facts div { display: grid; grid-template-columns: 132px 1fr; padding: 3px 0; }
        .facts dt { font-size: 13px; padding-top: 1px; }
        .people li { display: grid; grid-template-columns: 150px 1fr; column-gap: 12px;
          padding: 3px 0; }
        .people strong { font-weight: 600; }
        .people small { grid-column: 2; color: var(--quiet); font-size: 13px; }
        .objectives { margin-top: 20px; }
        .objectives ul { columns: 2; column-gap: 40px; }
        .digest { margin-top: 24px; padding: 10px 14px; background: var(--panel);
          border-radius: 6px; font-size: 13px; }
        .digest span { color: var(--quiet); font-size: 12px; margin-right: 6px; }
        .digest code + span { margin-left: 18px; }
        nav { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 4px 22px;
          margin-top: 28px; padding: 10px 0; background: var(--paper);
          border-bottom: 1px solid var(--line); font-size: 14px; font-weight: 500; }
        section, article, tr { scroll-margin-top: 56px; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr));
          gap: 12px; margin-bottom: 26px; }
        .figure { background: var(--panel); border-radius: 8px; padding: 14px 16px; }
        .figure b { display: block; font-size: 28px; line-height: 1.15; font-weight: 650;
          font-variant-numeric: tabular-nums; }
        .figure span { color: var(--quiet); font-size: 13px; }
        .figure.good b { color: light-dark(#1b7340, #6fd08f); }
        .figure.warn b { color: light-dark(#b45309, #fbb05a); }
        .figure.alarm b { color: light-dark(#a3226f, #ff9bd5); }
        .grades th[scope="row"] { width: 240px; font-weight: 500; }
        .grades td { min-width: 180px; }
        .grades .count { display: inline-block; width: 34px; font-weight: 650;
          font-variant-numeric: tabular-nums; }
        .grades .bar { display: inline-block; height: 9px; border-radius: 2px;
          max-width: calc(100% - 44px); background: var(--tone); }
        .grades .zero .count { color: var(--quiet); font-weight: 400; }
        .grades tfoot > tr > * { border-top: 1px solid var(--ink); font-weight: 650; }
        .notes { margin-top: 22px; display: grid; gap: 8px; }
        .notes div { display: grid; grid-template-columns: 240px 1fr; }
        .notes dt { font-size: 13px; padding-right: 16px; }
        .notices { margin-top: 22px; background: var(--panel); border-radius: 6px;
          padding: 10px 14px; }
        .notices summary { cursor: pointer; font-weight: 600; }
        .notices ul { list-style: none; padding: 8px 0 0; }
        .notices li { padding: 2px 0; }
        .notices b { display: inline-block; width: 76px; font-size: 12px; color: var(--quiet); }
        .notices .error b { color: light-dark(#b3261e, #ff8a80); }
        .conflict { margin: 12px 0; }
        .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr));
          gap: 10px; margin-top: 8px; }
        .sides > div { background: var(--paper); border-radius: 4px; padding: 8px 10px; }
        .meanwhile { margin-top: 8px; font-size: 13.5px; white-space: pre-line; }
        .meanwhile .quiet { font-size: 12px; margin-right: 6px; }
        .sides .value { font-weight: 600; }
        .sides .quiet { font-size: 12px; }
        .conclusion h2 { border: 0; padding: 0; margin-bottom: 14px; }
        .conclusion { padding-bottom: 24px; }
        .recommendation { font-size: 19px; line-height: 1.35; font-weight: 600;
          padding: 14px 18px; border-radius: 8px; color: var(--tone);
          background: color-mix(in srgb, var(--tone) 8%, var(--paper)); }
        .recommendation span { display: block; font-size: 12px; font-weight: 600;
          color: var(--quiet); }
        .recommendation.none { color: var(--quiet); font-weight: 500; }
        .columns { display: grid; grid-template-columns: 1fr 1fr; gap: 36px; margin-top: 20px; }
        .columns h3:not(:first-child) { margin-top: 16px; }
        .columns h3 { font-size: 14px; margin-bottom: 4px; }
        .counts li { padding: 1px 0; }
        .counts b { display: inline-block; width: 30px; font-variant-numeric: tabular-nums; }
        .passages { margin-top: 20px; border-top: 1px solid var(--line); }
        .passages div { display: grid; grid-template-columns: 200px 1fr; padding: 7px 0;
          border-bottom: 1px solid var(--line); }
        .passages dt { font-size: 13px; padding-top: 1px; }
        .state, .step { font-size: 12px; font-weight: 600; color: var(--quiet);
          border: 1px solid var(--line); border-radius: 10px; padding: 0 8px; }
        .coverage + .coverage { margin-top: 44px; }
        .coverage h3 .quiet { font-size: 14px; margin-left: 6px; }
        .stack { display: flex; height: 14px; gap: 2px; margin: 12px 0 8px; }
        .stack span { background: var(--tone); border-radius: 2px; }
        .legend { display: flex; flex-wrap: wrap; gap: 2px 20px; font-size: 13px; }
        .legend i { display: inline-block; width: 10px; height: 10px; border-radius: 2px;
          margin-right: 6px; background: var(--tone); }
        .group { margin-top: 18px; }
        .group h4 { margin-bottom: 6px; }
        .group h4 .quiet { font-size: 13px; margin-left: 6px; }
        .cells { display: grid; gap: 6px;
          grid-template-columns: repeat(auto-fill, minmax(232px, 1fr)); }
        .cell { display: flex; flex-direction: column; justify-content: space-between;
          gap: 4px; font-size: 13px; line-height: 1.35; padding: 7px 10px;
          border-radius: 5px; background: color-mix(in srgb, var(--tone) 9%, var(--paper));
          box-shadow: inset 3px 0 0 var(--tone); }
        .cell.s-planned, .cell.s-excluded { background: var(--panel); }
        .cell.contested { outline: 1px dashed light-dark(#a3226f, #ff9bd5); }
        .cell .status { color: var(--quiet); font-size: 12px; margin-right: 6px; }
        \(records)
        """

    /// Findings, nonconformities and lists.
    private static let records = """
        .index { margin-bottom: 28px; }
        .index td:first-child { white-space: nowrap; font-weight: 600; }
        .finding { border: 1px solid var(--line); border-left: 4px solid var(--tone);
          border-radius: 6px; padding: 16px 20px; margin-top: 16px; }
        .finding > header, .nc > header { display: flex; align-items: baseline; gap: 14px;
          flex-wrap: wrap; }
        .finding h3, .nc h3 { flex: 1 1 320px; }
        .number { font-weight: 650; white-space: nowrap; }
        .finding .number { color: var(--tone); }
        .number span { color: var(--quiet); font-weight: 500; font-size: 13px;
          margin-left: 6px; }
        .criteria { margin: 10px 0; }
        .criteria td { padding: 5px 12px 5px 0; }
        .criteria td:first-child { width: 1%; white-space: nowrap; }
        .criteria td:last-child { width: 1%; text-align: right; padding-right: 0; }
        .criteria .quiet { display: block; }
        .hints { display: block; color: var(--quiet); font-size: 12.5px; }
        .hints > span:not(:last-child)::after { content: "; "; }
        .statement { font-size: 16px; line-height: 1.5; margin: 10px 0; max-width: 76ch; }
        .finding .prose { margin: 6px 0; max-width: 76ch; }
        .prose > b:first-child { font-size: 12px; color: var(--quiet); margin-right: 6px; }
        .evidence { margin: 12px 0; }
        .evidence ul { list-style: none; padding: 0; }
        .evidence a { font-weight: 600; display: inline-block; min-width: 34px; }
        .meta { display: flex; flex-wrap: wrap; gap: 4px 28px; padding-top: 10px;
          border-top: 1px solid var(--line); }
        .meta dd { font-size: 13.5px; }
        .nc { padding: 14px 0; border-top: 1px solid var(--line); }
        .nc:first-of-type { border-top: 0; padding-top: 0; }
        .answer { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center;
          font-size: 13.5px; margin: 4px 0; }
        .step.closed { color: light-dark(#1b7340, #6fd08f); border-color: currentColor; }
        .answers div { display: grid; grid-template-columns: 140px 1fr; padding: 2px 0; }
        .answers dt { font-size: 13px; }
        .list { font-size: 13.5px; }
        .list td:first-child { white-space: nowrap; }
        .list .hash { display: block; font-size: 11px; color: var(--quiet); }
        .list .time { white-space: nowrap; }
        .list .links { display: inline-flex; flex-wrap: wrap; gap: 4px; }
        .related { table-layout: fixed; }
        .related th:first-child { width: 27%; font-weight: 600; }
        .related thead th:nth-child(2) { width: 28%; }
        .related thead th:nth-child(3) { width: 11%; }
        .related tbody td:first-child { white-space: normal; }
        .related tbody tr + tr > * { border-top: 0; padding-top: 0; }
        .related tbody > tr:first-child > * { border-top: 1px solid var(--line); }
        footer { margin-top: 48px; padding: 16px 0 48px; border-top: 1px solid var(--line);
          color: var(--quiet); font-size: 13px; }
        @media screen and (max-width: 760px) {
          main, .cover { padding: 0 16px; }
          .cover { padding-top: 28px; }
          .cover-grid, .columns { grid-template-columns: 1fr; gap: 20px; }
          .objectives ul { columns: 1; }
          .passages div, .notes div, .answers div { grid-template-columns: 1fr; }
          table { display: block; overflow-x: auto; }
        }
        """

    /// Paper: light whatever the screen was, nothing sticky, records kept whole.
    static let print = """
        @page { size: A4; margin: 16mm 14mm; }
        @media print {
          :root { color-scheme: light; }
          body { font-size: 9.5pt; line-height: 1.4; print-color-adjust: exact;
            -webkit-print-color-adjust: exact; }
          h1 { font-size: 26pt; }
          h2 { font-size: 16pt; }
          h3 { font-size: 11pt; }
          .statement { font-size: 10.5pt; }
          main, .cover { max-width: none; padding: 0; }
          nav { display: none; }
          a { color: inherit; }
          section { padding-top: 24px; }
          .cover { padding-top: 24mm; break-after: page; }
          .cover-grid, .columns { gap: 24px; }
          .figures { grid-template-columns: repeat(6, 1fr); gap: 8px; }
          .figure { padding: 8px 10px; }
          .figure b { font-size: 16pt; }
          .grades th[scope="row"], .notes div { width: auto; }
          .grades td { min-width: 0; }
          .list { font-size: 8.5pt; }
          .conclusion, #coverage, #findings, #appendix { break-before: page; }
          .finding, .nc, .group, .conflict, .figure, tr { break-inside: avoid; }
          .related tr { break-inside: auto; }
          h2, h3, h4, thead { break-after: avoid; }
          .cells { grid-template-columns: repeat(3, 1fr); }
          .notices:not([open]) { display: none; }
          .coverage + .coverage { break-before: page; margin-top: 0; }
        }
        """
}
