#!/bin/sh
# What every node needs, whatever else it is: Consul and the mesh engine run, the TUN device opens.
# The client sent the binaries; nothing is fetched here.
cache=${RAPTIFORMICA_CACHE_DIR:-.raptiformica.d}
case $cache in /*) ;; *) cache=${HOME:-/root}/$cache ;; esac
artifacts=$cache/artifacts/$(uname -m)
failed=0

problem() {
    echo "$1" >&2
    failed=1
}

runs() {
    binary=$artifacts/$1/$1
    shift
    "$binary" "$@" >/dev/null 2>&1 || problem "$binary does not run: slave the machine again, that sends what it lacks"
}

opens() { [ -c /dev/net/tun ] && (: <>/dev/net/tun) 2>/dev/null; }

runs consul version
# A cluster has one mesh engine; what was sent for it is there. A directory alone says only that somebody looked for one.
if [ -e "$artifacts/cjdroute/cjdroute" ]; then runs cjdroute --version; fi
if [ -e "$artifacts/yggdrasil/yggdrasil" ] || [ ! -e "$artifacts/cjdroute/cjdroute" ]; then runs yggdrasil -version; fi
opens || {
    mkdir -p /dev/net
    [ -c /dev/net/tun ] || mknod /dev/net/tun c 10 200
    chmod 0666 /dev/net/tun
    opens || modprobe tun
} 2>/dev/null
opens || problem "/dev/net/tun does not open: load the kernel module tun (modprobe tun)"
exit $failed
