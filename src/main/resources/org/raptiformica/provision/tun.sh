# Makes the TUN device where it is missing: sh -s. Prints ok, changed, or the reason why it cannot be had.
PATH=$PATH:/usr/sbin:/sbin
opens() { [ -c /dev/net/tun ] && (: <>/dev/net/tun) 2>/dev/null; }
opens && echo ok && exit 0
[ -c /dev/net/tun ] || {
    mkdir -p /dev/net && mknod /dev/net/tun c 10 200 && chmod 0666 /dev/net/tun
} 2>/dev/null
opens && echo changed && exit 0
modprobe tun 2>/dev/null
opens && echo changed && exit 0
if [ ! -c /dev/net/tun ]; then
    echo "/dev/net/tun is missing and could not be made"
else
    echo "/dev/net/tun is there and does not open"
fi
exit 1
