# Takes what a client delivers, a tar stream on standard input: sh -c THIS receive ROOT CACHE
# ROOT is empty on a node; CACHE is the cache directory. The stream's first member, `manifest`, has one line an item,
#   KIND SHA256 PATH
# and `end` as its last line; PATH is also the item's name in the stream:
#   artifact    of the unpacked binary     artifacts/MACHINE/TOOL/BINARY (packed: PATH.gz)
#   config      of the file                mutable_config.json
#   module      of the archive             modules/NAME (packed: PATH.tar.gz)
#   repository  of the archive             artifacts/repositories/NAME (packed: PATH.tar.gz)
#   program     of the archive             program/ID (packed: program.tar.gz)
# Nothing is put in place before it was checked, and each thing is put there by one rename. What is not yet in place is
# in a directory of this process's own, which goes when it ends, however it ends; one whose process was killed is swept
# away by the next. Prints `STATUS NAME DETAIL`, a line an item; before that on standard error, as the stream is read, how many records of
# 10 KiB that were, `tar: taken N`, or `untold` where this tar does not count.
PATH=$PATH:/usr/sbin:/sbin
LC_ALL=C
export PATH LC_ALL
# Another size of records would be counted as this one.
unset TAR_OPTIONS
umask 077
root=$1 cache=$2
programs=$root/usr/lib/raptiformica
link=$root/usr/etc/raptiformica

refuse() {
    echo "failed $1" >&2
    exit 1
}

# started PID: field 22 of /proc/PID/stat, which tells a process from a later one with the same number
started() {
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    set -- ${stat##*) }
    echo "${20}"
}

own=$$.$(started $$)

sweep() {
    for left in "$cache"/.incoming.* "$programs"/.incoming.*; do
        [ -d "$left" ] || continue
        name=${left##*/.incoming.}
        [ "$(started "${name%.*}")" = "${name#*.}" ] || rm -rf "$left"
    done
}

leave() {
    trap '' HUP INT TERM
    rm -rf "$cache/.incoming.$own" "$programs/.incoming.$own"
}

matches() { [ "$(sha256sum <"$1" | cut -d' ' -f1)" = "$2" ]; }

# put STAGED PLACE: a directory cannot be renamed over another, so the old one steps aside
put() {
    mkdir -p "${2%/*}" || return 1
    if [ -d "$2" ] && [ ! -L "$2" ]; then
        mv "$2" "$incoming/old.${2##*/}" && mv "$1" "$2" && rm -rf "$incoming/old.${2##*/}"
    else
        mv -f "$1" "$2"
    fi
}

artifact() {
    staged=$incoming/$2
    gzip -dc <"$staged.gz" >"$staged" && matches "$staged" "$1" || refuse "$2 arrived damaged"
    rm -f "$staged.gz"
    chmod 0755 "$staged"
    put "$staged" "$cache/$2" && echo "$1  ${2##*/}" >"$cache/$2.sha256" || refuse "$2 could not be put in place"
    tool=${2%/*}
    echo "changed artifact ${tool##*/}"
}

config() {
    matches "$incoming/$2" "$1" || refuse "$2 arrived damaged"
    chmod 0600 "$incoming/$2"
    put "$incoming/$2" "$cache/$2" || refuse "$2 could not be put in place"
    echo "changed config"
}

# tree KIND SHA256 PATH
tree() {
    packed=$incoming/$3.tar.gz
    matches "$packed" "$2" || refuse "$3 arrived damaged"
    mkdir -p "$incoming/$3" "$cache/var/delivered/$1" && gzip -dc <"$packed" | tar -xf - -C "$incoming/$3" \
        || refuse "$3 could not be unpacked"
    rm -f "$cache/var/delivered/$1/${3##*/}"
    put "$incoming/$3" "$cache/$3" && echo "$2" >"$cache/var/delivered/$1/${3##*/}" || refuse "$3 could not be put in place"
    echo "changed $1 ${3##*/}"
}

# The archive holds the program at its top, or in its only directory.
program() {
    short=${2#program/}
    case $short in '' | *[!0-9a-f]*) refuse "no name of a program: $short" ;; esac
    if [ ! -d "$programs/$short" ]; then
        matches "$incoming/program.tar.gz" "$1" || refuse "the program arrived damaged"
        staged=$programs/.incoming.$own
        mkdir -p "$staged" && gzip -dc <"$incoming/program.tar.gz" | tar -xf - -C "$staged" \
            || refuse "the program could not be unpacked"
        top=$staged
        [ -d "$top/bin" ] || top=$(echo "$staged"/*)
        [ -x "$top/bin/raptiformica" ] || refuse "the program archive has no bin/raptiformica"
        # The archive stays with it: a node makes other machines nodes.
        platform=$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)
        kept=raptiformica-$short-$platform.tar.gz
        mkdir -p "$top/archive" && mv "$incoming/program.tar.gz" "$top/archive/$kept" \
            && echo "$1  $kept" >"$top/archive/$kept.sha256" && echo "$short" >"$top/archive/$kept.id" || refuse "the program's archive could not be kept"
        # A directory is entered by people's commands, so it is open to all, unlike what was staged.
        chmod 0755 "$top" "$programs" && mv "$top" "$programs/$short" || refuse "the program could not be put in place"
    fi
    keep_aside
    switch_to "$programs/$short"
    forget_old "$short"
    echo "changed program $short"
}

# raptiformica 0.1 is a checkout in this place.
keep_aside() {
    [ -d "$link" ] && [ ! -L "$link" ] || return 0
    aside=$link.0.1-$(date +%Y%m%d%H%M%S)
    mv "$link" "$aside" && echo "note the raptiformica that was in $link is kept in $aside"
}

switch_to() {
    mkdir -p "${link%/*}"
    target=$1
    [ -z "$root" ] || target=../lib/raptiformica/${1##*/}
    rm -f "$link.$own"
    ln -s "$target" "$link.$own"
    mv -fT "$link.$own" "$link" 2>/dev/null && return
    rm -f "$link.$own"
    ln -sfn "$target" "$link" || refuse "$link could not be switched"
}

# A program stays while a process runs from it.
forget_old() {
    used=$(ls -l /proc/[0-9]*/exe 2>/dev/null)
    for old in "$programs"/*; do
        case ${old##*/} in "$1") continue ;; esac
        case $used in *" -> $old/"*) continue ;; esac
        rm -rf "$old"
    done
}

unpack() {
    case $(tar --version 2>/dev/null) in
        *GNU*) tar -xBf - -C "$1" --checkpoint=12 --checkpoint-action=echo='taken %u' ;;
        *)
            echo untold >&2
            tar -xf - -C "$1"
            ;;
    esac
}

incoming=$cache/.incoming.$own
trap leave EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$cache" "$programs" || refuse "$cache or $programs could not be made"
sweep
mkdir "$incoming" || refuse "$incoming could not be made"
unpack "$incoming" || refuse "the delivery was cut short or did not fit"
[ "$(tail -n 1 "$incoming/manifest" 2>/dev/null)" = end ] || refuse "the delivery was cut short"
while read -r kind sum path; do
    case $kind in
    artifact) artifact "$sum" "$path" ;;
    config) config "$sum" "$path" ;;
    module | repository) tree "$kind" "$sum" "$path" ;;
    program) program "$sum" "$path" ;;
    end) ;;
    *) refuse "unknown item $kind" ;;
    esac || exit 1
done <"$incoming/manifest"
