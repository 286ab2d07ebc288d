package org.raptiformica.mesh.cjdns;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A public key as cjdns writes it: 32 bytes in a base 32 of its own, least significant bits first, and {@code .k}.
 *
 * @param text 52 letters and digits, and {@code .k}
 * @param address the mesh address, the first half of the double SHA-512 of the key
 */
record CjdnsKey(String text, Inet6Address address) {

    /** Decimal digits, then the letters without those that look like others. */
    private static final String DIGITS = "0123456789bcdfghjklmnpqrstuvwxyz";

    private static final Pattern WRITTEN = Pattern.compile("[0-9b-df-hj-np-z]{52}\\.k");

    /** Empty where the text is no key, or one that belongs to no address in fc00::/8. */
    static Optional<CjdnsKey> parse(String text) {
        if (!WRITTEN.matcher(text).matches()) {
            return Optional.empty();
        }
        byte[] address = Arrays.copyOf(sha512(sha512(bytes(text.substring(0, 52)))), 16);
        if (address[0] != (byte) 0xfc) {
            return Optional.empty();
        }
        try {
            return InetAddress.getByAddress(address) instanceof Inet6Address inet6
                    ? Optional.of(new CjdnsKey(text, inet6))
                    : Optional.empty();
        } catch (UnknownHostException impossible) {
            throw new AssertionError("sixteen bytes are an address", impossible);
        }
    }

    private static byte[] bytes(String digits) {
        byte[] bytes = new byte[32];
        int bits = 0;
        int held = 0;
        int next = 0;
        for (int i = 0; i < digits.length() && next < bytes.length; i++) {
            held |= DIGITS.indexOf(digits.charAt(i)) << bits;
            bits += 5;
            if (bits >= 8) {
                bytes[next++] = (byte) held;
                held >>= 8;
                bits -= 8;
            }
        }
        return bytes;
    }

    private static byte[] sha512(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-512").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-512", impossible);
        }
    }
}
