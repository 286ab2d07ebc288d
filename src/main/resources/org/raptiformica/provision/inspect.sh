# Looks at a machine and changes nothing: sh -s -- ROOT CACHE PORT...
# ROOT is empty on a node; CACHE is the cache directory. Prints key=value lines, and `end=inspection` as the last one.
# Nothing but POSIX tools and /proc: it runs in dash, busybox and bash.
PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin
LC_ALL=C
export PATH LC_ALL
root=$1 cache=$2
shift 2
ports=" $* "
run=$root/run/raptiformica

say() { printf '%s=%s\n' "$1" "$2"; }
have() { command -v "$1" >/dev/null 2>&1; }
sum() { sha256sum <"$1" 2>/dev/null | cut -d' ' -f1; }

libc() {
    gnu=$(getconf GNU_LIBC_VERSION 2>/dev/null)
    if [ -n "$gnu" ]; then
        echo "$gnu"
    elif ls /lib/ld-musl-* >/dev/null 2>&1; then
        echo musl
    else
        echo unknown
    fi
}

distribution() {
    ID=linux VERSION_ID=
    [ -r /etc/os-release ] && . /etc/os-release
    say distribution "$ID"
    say distribution_version "$VERSION_ID"
}

init_system() { if [ -d /run/systemd/system ]; then echo systemd; else echo other; fi; }

tun() {
    if [ ! -c /dev/net/tun ]; then
        echo missing
    elif (: <>/dev/net/tun) 2>/dev/null; then
        echo opens
    else
        echo exists
    fi
}

# The directory itself may not be there yet: its nearest ancestor tells the file system.
free() {
    there=$root$1
    while [ ! -d "$there" ]; do there=$(dirname "$there"); done
    say "free $1" "$(df -Pk "$there" | awk 'NR > 1 { line = $0 } END { n = split(line, f, " "); printf "%.0f %s", f[n - 2] * 1024, f[n] }')"
}

ipv6() {
    off=/proc/sys/net/ipv6/conf
    if [ ! -r $off/all/disable_ipv6 ]; then
        echo missing
    elif [ "$(cat $off/all/disable_ipv6)$(cat $off/default/disable_ipv6)" = 00 ]; then
        echo enabled
    else
        echo disabled
    fi
}

# A pid file holds "PID START": START, from /proc/PID/stat, tells the process from a later one with the same number.
alive() {
    [ -r "$1" ] && read -r pid start <"$1" || return 1
    stat=$(cat "/proc/$pid/stat" 2>/dev/null) || return 1
    set -- ${stat##*) }
    [ "$1" != Z ] && [ "${20}" = "$start" ]
}

running() {
    for name in agent yggdrasil cjdns consul; do
        if alive "$run/$name.pid"; then
            say running "$name"
        elif [ -d /run/systemd/system ] && systemctl -q is-active "raptiformica-$name" 2>/dev/null; then
            say running "$name"
        fi
    done
}

program() {
    target=$(ls -ld "$root/usr/etc/raptiformica" 2>/dev/null | sed -n 's/^l.* -> //p')
    if [ -n "$target" ] && [ -x "$root/usr/etc/raptiformica/bin/raptiformica" ]; then
        say program "${target##*/}"
    elif [ -d "$root/usr/etc/raptiformica" ] && [ -z "$target" ]; then
        say program_checkout yes
    fi
}

artifacts() {
    for file in "$cache"/artifacts/*/*/*; do
        case ${file##*/} in *.sha256 | *.gz | *.part) continue ;; esac
        case $file in "$cache"/artifacts/repositories/*) continue ;; esac
        [ -f "$file" ] && [ -x "$file" ] && say "artifact ${file#"$cache"/artifacts/}" "$(sum "$file")"
    done
}

delivered() {
    for kind in module repository; do
        for mark in "$cache/var/delivered/$kind"/*; do
            [ -f "$mark" ] && say "$kind ${mark##*/}" "$(cat "$mark")"
        done
    done
    [ -f "$cache/mutable_config.json" ] && say config "$(sum "$cache/mutable_config.json")"
}

# The secret itself goes to sha256sum through a pipe and nowhere else.
cluster() {
    secret=$(sed -n 's/.*"raptiformica\/meshnet\/consul\/password"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p' \
        "$cache/mutable_config.json" 2>/dev/null | head -n 1)
    [ -n "$secret" ] && say cluster "$(printf 'raptiformica cluster %s' "$secret" | sha256sum | cut -c 1-16)"
}

# Lines "PROTOCOL PORT INODE" of the sockets that listen on one of the ports. The shell would read the tables byte by byte.
listening() {
    tables=
    for table in tcp tcp6 udp udp6; do
        [ -r /proc/net/$table ] && tables="$tables /proc/net/$table"
    done
    [ -n "$tables" ] || return 0
    # The tables are separate words.
    # shellcheck disable=SC2086
    awk -v ports="$ports" '
        BEGIN { n = split(ports, port, " "); for (i = 1; i <= n; i++) decimal[sprintf("%04X", port[i])] = port[i] }
        {
            protocol = index(FILENAME, "tcp") ? "tcp" : "udp"
            split($2, local, ":")
            if ($4 == (protocol == "tcp" ? "0A" : "07") && local[2] in decimal) print protocol, decimal[local[2]], $10
        }' $tables | sort -u
}

ours() {
    case $(ls -ld "/proc/$1/exe" 2>/dev/null) in
        *" -> $cache/artifacts/"* | *" -> $root/usr/lib/raptiformica/"*) return 0 ;;
    esac
    for file in "$run"/*.pid; do
        [ -r "$file" ] && read -r ours _ <"$file" && [ "$ours" = "$1" ] && return 0
    done
    return 1
}

# The core of our cjdns has given up its rights: root in a container may not look which sockets are its own.
core_has() {
    case $1$2 in udp4863 | udp11234) ;; *) return 1 ;; esac
    core=$(cat "$run/cjdroute.core.pid" 2>/dev/null) && [ -r "/proc/${core:-none}/cmdline" ] || return 1
    tr '\0' ' ' <"/proc/$core/cmdline" | grep -q " core $run/cjdroute.pipe "
}

taken_ports() {
    sockets=$(listening)
    [ -n "$sockets" ] || return
    owners=$(ls -l /proc/[0-9]*/fd 2>/dev/null | awk '
        /^\/proc\// { split($0, part, "/"); pid = part[3] }
        / -> socket:\[/ { inode = $NF; gsub(/[^0-9]/, "", inode); print inode, pid }')
    echo "$sockets" | while read -r protocol port inode; do
        pid=$(echo "$owners" | awk -v inode="$inode" '$1 == inode { print $2; exit }')
        [ -n "$pid" ] && ours "$pid" && continue
        [ -z "$pid" ] && core_has "$protocol" "$port" && continue
        # Our Consul starts anew when its role changes: one that ends right now is nobody's who keeps the port.
        listening | grep -qx "$protocol $port $inode" || continue
        say port "$protocol $port ${pid:-0} $(cat "/proc/${pid:-none}/comm" 2>/dev/null)"
    done
}

say hostname "$(uname -n)"
say uid "$(id -u)"
say os "$(uname -s)"
say kernel "$(uname -r)"
say machine "$(uname -m)"
say libc "$(libc)"
distribution
say init "$(init_system)"
say tun "$(tun)"
say capabilities "$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status 2>/dev/null)"
free /usr
free /opt
case $cache in "$root"/*) free "${cache#"$root"}" ;; esac
say ipv6 "$(ipv6)"
for tool in tar gzip sha256sum awk nft ip6tables ip setsid systemctl git; do have $tool && say tool $tool; done
running
program
have sha256sum && { artifacts; delivered; cluster; }
taken_ports
say epoch "$(date +%s)"
say end inspection
