# shellcheck shell=bash
# What Tools/demo and Tools/test share: installing what is missing, and building.
#
# Read by them with `.`, from the project's root, under `set -euo pipefail`. Nothing is installed that is
# there already, so a machine that is ready needs neither the network nor any rights.

# One folder and one configuration for both commands: what one has built, the other reuses. Debug,
# because the tests need it (`@testable import`); benchmarks build in release on their own.
CONCORD_CONFIGURATION=debug
CONCORD_BUILD_FOLDER=.build

# What checks our signed requests in the tests.
# The second one the first uses, and does not name.
CONCORD_SIGNATURES_LIBRARIES=(http-message-signatures==2.0.1 typing_extensions)

# What asks our server all that its description allows, in the tests.
CONCORD_SCHEMATHESIS_LIBRARIES=(schemathesis==4.32.5 "${CONCORD_SIGNATURES_LIBRARIES[@]}")

# The oldest compiler that reads our manifest.
CONCORD_SWIFT_AT_LEAST="6.2"

# A variable that developers set to build the core alone; the whole house needs everything.
unset CONCORD_CORE

say() {
    printf '\n==> %s\n' "$*" >&2
}

# Ends the command with what is wrong and, behind it, what to do.
fail() {
    printf '\nerror: %s\n' "$1" >&2
    shift
    if [ $# -gt 0 ]; then printf '       %s\n' "$@" >&2; fi
    exit 1
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# --- What is needed -----------------------------------------------------------------------------

# Whether a C header can be included, asked of the compiler that will include it.
has_header() {
    local compiler
    for compiler in clang cc; do
        if have "$compiler"; then
            "$compiler" -E -x c - <<<"#include <$1>" >/dev/null 2>&1
            return
        fi
    done
    [ -e "/usr/include/$1" ]
}

# Debian's names of the packages that a build lacks, one a line.
missing_for_build() {
    has_header sqlite3.h || echo libsqlite3-dev
    has_header openssl/evp.h || echo libssl-dev
    has_header zlib.h || echo zlib1g-dev
    have git || echo git
}

require_swift() {
    local version
    have swift || fail "there is no \`swift\` on PATH." \
        "Install Swift $CONCORD_SWIFT_AT_LEAST or newer from https://swift.org/install and put its" \
        "usr/bin folder on PATH, then run this command again."
    if [[ ! "$(swift --version 2>&1)" =~ Swift\ version\ ([0-9][0-9.]*) ]]; then
        fail "\`swift --version\` does not say its version." \
            "The installation seems broken; try \`swift --version\` by hand."
    fi
    version=${BASH_REMATCH[1]}
    if ! printf '%s\n' "$CONCORD_SWIFT_AT_LEAST" "$version" | sort -V -C; then
        fail "Swift $version is too old; $CONCORD_SWIFT_AT_LEAST or newer is needed." \
            "See https://swift.org/install."
    fi
}

# Whether a Python can run the independent verifier (Tools/verify.py).
python_serves() {
    have "$1" && "$1" -c 'import cryptography, jsonpatch' >/dev/null 2>&1
}

# Finds such a Python and exports it as CONCORD_PYTHON, for the tests; false if there is none.
find_python() {
    local candidate
    for candidate in "${CONCORD_PYTHON:-}" python3 /usr/bin/python3; do
        if [ -n "$candidate" ] && python_serves "$candidate"; then
            CONCORD_PYTHON=$(command -v "$candidate")
            export CONCORD_PYTHON
            return 0
        fi
    done
    return 1
}

# Whether Go is here with Debian's package of the libraries that check transparency logs.
go_serves() {
    have go && [ -d "${CONCORD_GOPATH:-/usr/share/gocode}/src/golang.org/x/mod/sumdb" ]
}

# Exports a variable that names a Python with some libraries: the one for the tests, or one beside the build into which
# they are installed. Without it the tests that need it are skipped, and say so.
#
#     find_python_with VARIABLE FOLDER MODULES SECONDS LIBRARY...
find_python_with() {
    local variable=$1 folder=$PWD/$CONCORD_BUILD_FOLDER/$2 modules=$3 seconds=$4 candidate
    shift 4
    for candidate in "$CONCORD_PYTHON" "$folder/bin/python3"; do
        if imports "$candidate" "$modules"; then
            export "$variable=$candidate"
            return
        fi
    done
    say "Installing ${1%%=*}, which the tests use (seconds)"
    if "$CONCORD_PYTHON" -m venv "$folder" >&2 &&
        bounded "$seconds" "$folder/bin/python3" -m pip install --quiet "$@" >&2 &&
        imports "$folder/bin/python3" "$modules"; then
        export "$variable=$folder/bin/python3"
    else
        say "It could not be installed, so the tests that need it are skipped"
    fi
}

imports() {
    have "$1" && "$1" -c "import $2" >/dev/null 2>&1
}

# --- Installing ---------------------------------------------------------------------------------

# Runs a command as root: directly, or with sudo, which asks for a password only at a terminal.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

# Installs Debian packages, or says which ones to install by hand.
install_packages() {
    local by_hand="apt-get install $*"
    have apt-get || fail "these packages are missing: $*." \
        "This is no Debian, so install what your system calls them (the names are Debian's)" \
        "and run this command again."
    [ "$(id -u)" -eq 0 ] || have sudo || fail "these packages are missing: $*." \
        "Installing them takes root and there is no sudo. As root, run:" "    $by_hand"

    say "Installing $* (a minute or less)"
    if ! as_root apt-get update -q >&2; then
        say "The package lists could not be refreshed; trying with the ones that are here"
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@" >&2 ||
        fail "apt-get could not install: $*." \
            "Its own message is above. If it speaks of the network, try again later; else run" \
            "    $by_hand" "as root, and then this command again."
}

prepare_build() {
    local missing
    require_swift
    missing=$(missing_for_build)
    # shellcheck disable=SC2086  # one word a package
    if [ -n "$missing" ]; then install_packages $missing; fi
}

prepare_tests() {
    prepare_build
    if ! find_python; then
        install_packages python3 python3-cryptography python3-jsonpatch
        find_python || fail "no Python 3 here can import \`cryptography\` and \`jsonpatch\`." \
            "Install both for one Python 3 and name it: CONCORD_PYTHON=/path/to/python3 $0"
    fi
    find_python_with CONCORD_SIGNATURES_PYTHON python cryptography,http_message_signatures 120 \
        "${CONCORD_SIGNATURES_LIBRARIES[@]}"
    find_python_with CONCORD_SCHEMATHESIS_PYTHON python-schemathesis \
        cryptography,http_message_signatures,schemathesis 300 "${CONCORD_SCHEMATHESIS_LIBRARIES[@]}"
}

# Others' programs for transparency logs, with which a test checks ours. Without them it is skipped, and says so.
prepare_go() {
    if go_serves; then return; fi
    (install_packages golang-go golang-golang-x-mod-dev) ||
        say "Without Go, the test in which others' programs check our log is skipped"
}

# A proxy in front of the server, with which a test runs the site that we ship. Without it the test is skipped, and says
# so.
prepare_nginx() {
    if have nginx || [ -x /usr/sbin/nginx ]; then return; fi
    (install_packages nginx-light) ||
        say "Without nginx, the test of a proxy in front of the server is skipped"
}

# --- Building -----------------------------------------------------------------------------------

# Fetches the packages and builds; arguments go to `swift build`. The first time takes minutes.
build() {
    local how_long="about 7 minutes on two cores the first time, then seconds"
    [ ! -d "$CONCORD_BUILD_FOLDER/$CONCORD_CONFIGURATION" ] || how_long="only what has changed"
    say "Fetching Swift packages"
    bounded 900 swift package --scratch-path "$CONCORD_BUILD_FOLDER" resolve >&2 ||
        fail "the Swift packages that Package.swift names could not be fetched." \
            "Git's own message is above; is the network up? Then run this command again."
    say "Building in $CONCORD_CONFIGURATION: $how_long"
    bounded 3600 swift build --scratch-path "$CONCORD_BUILD_FOLDER" -c "$CONCORD_CONFIGURATION" "$@" >&2 ||
        fail "the build failed; the compiler's messages are above." \
            "If they make no sense, remove the folder $CONCORD_BUILD_FOLDER and run this command again."
}

# Where the programs are.
bin_path() {
    swift build --scratch-path "$CONCORD_BUILD_FOLDER" -c "$CONCORD_CONFIGURATION" --show-bin-path
}

# Runs a command and ends it, with all that it started, after so many seconds or at Ctrl-C.
bounded() {
    local seconds=$1 running status=0
    shift
    if ! have timeout; then
        "$@"
        return
    fi
    timeout --kill-after=30 "$seconds" "$@" &
    running=$!
    # Without this, Ctrl-C would end this script and leave the command running.
    trap 'kill -TERM "$running"; exit 130' INT TERM
    wait "$running" || status=$?
    trap - INT TERM
    if [ "$status" -eq 124 ]; then
        printf '\nerror: ended after %s seconds without a result: %s\n' "$seconds" "$*" >&2
    fi
    return "$status"
}
