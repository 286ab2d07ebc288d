# Brings a server type's source to its place: sh -s -- PLACE SOURCE CARRIED
# CARRIED is the clone that the client sent along, where there is one: it comes first, since SOURCE may be reachable
# from the client only. Prints ok or changed; on failure the reason. PLACE is never half there.
LC_ALL=C
GIT_TERMINAL_PROMPT=0
export LC_ALL GIT_TERMINAL_PROMPT
place=$1 source=$2 carried=$3
staged=$place.incoming.$$
settings=$place.settings.$$
trap 'rm -rf "$staged" "$settings"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "${place%/*}" "$settings/git"

# A source may belong to somebody else. Only a file of settings says to every git that it is wanted all the same: those that
# check owners and are older than 2.38 (Debian 11's, Ubuntu 20.04's) do not heed -c, and the one that serves a fetch never
# hears of it.
printf '[safe]\n\tdirectory = *\n[include]\n\tpath = "%s/git/config"\n' "${XDG_CONFIG_HOME:-~/.config}" >"$settings/git/config"
export XDG_CONFIG_HOME="$settings"

# What the client's delivery says of the clone; a bootstrap may change its checkout, so that is compared, not the files.
delivered=$(cat "${carried%/artifacts/repositories/*}/var/delivered/repository/${carried##*/}" 2>/dev/null)

# place_copy DIRECTORY: for what is no git repository, or where there is no git
place_copy() {
    if [ -n "$delivered" ] && [ "$(cat "$place/.git/delivered" 2>/dev/null)" = "$delivered" ] \
        || diff -r "$1" "$place" >/dev/null 2>&1; then
        echo ok
        return
    fi
    cp -a "$1/." "$staged" 2>/dev/null || { mkdir -p "$staged" && cp -a "$1/." "$staged"; } || return 1
    [ ! -d "$staged/.git" ] || echo "$delivered" >"$staged/.git/delivered"
    step_aside
    mv "$staged" "$place" && echo changed
}

step_aside() {
    [ ! -e "$place" ] && [ ! -L "$place" ] && return
    rm -rf "$place"
}

git_is() { command -v git >/dev/null 2>&1 && git -C "$1" rev-parse --git-dir >/dev/null 2>&1; }

# submodules FROM INTO: those of a clone that was sent along come from there too, since they may be private as well.
submodules() {
    [ "$1" != "$source" ] || { git -C "$2" submodule -q update --init --recursive; return; }
    [ -f "$2/.gitmodules" ] || return 0
    git config -f "$2/.gitmodules" --get-regexp '^submodule\..*\.path$' | sed 's/^[^ ]* //' | while read -r path; do
        wanted=$(git -C "$2" rev-parse "HEAD:$path") || exit 1
        if [ -e "$2/$path/.git" ]; then
            git -C "$2/$path" fetch -q "$1/$path" HEAD
        else
            git clone -q --no-checkout "$1/$path" "$2/$path"
        fi && git -C "$2/$path" checkout -q --force "$wanted" && submodules "$1/$path" "$2/$path" || exit 1
    done
}

# What is not under version control in PLACE, results of earlier runs, stays.
update() {
    before=$(git -C "$place" rev-parse HEAD 2>/dev/null)
    git -C "$place" fetch -q "$1" HEAD || return 1
    [ "$(git -C "$place" rev-parse FETCH_HEAD)" = "$before" ] && echo ok && return
    git -C "$place" reset -q --hard FETCH_HEAD && submodules "$1" "$place" && echo changed
}

clone() {
    git clone -q "$1" "$staged" && submodules "$1" "$staged" \
        && step_aside && mv "$staged" "$place" && echo changed
}

from_git() { if [ -e "$place/.git" ]; then update "$1"; else clone "$1"; fi; }

# A clone that says that it is one of something else was left by an entry of the same name.
origin=$(sed -n '/^\[remote "origin"\]/,/^\[/s/^[[:space:]]*url = //p' "$carried/.git/config" 2>/dev/null)
[ -z "$origin" ] || [ "$origin" = "$source" ] || carried=

local=${source#file://}
if [ -d "$carried" ] && git_is "$carried"; then
    from_git "$carried"
elif [ -d "$carried" ]; then
    place_copy "$carried"
elif [ "$local" != "$source" ] && [ -d "$local" ] && ! git_is "$local"; then
    # The program's own directory is such a source: a link follows its upgrades.
    if [ "$(ls -ld "$place" 2>/dev/null | sed -n 's/^l.* -> //p')" = "$local" ]; then
        echo ok
    else
        step_aside
        ln -s "$local" "$place" && echo changed
    fi
elif command -v git >/dev/null 2>&1; then
    from_git "$source"
else
    echo "git is not installed and no clone of $source was sent along"
    exit 1
fi
