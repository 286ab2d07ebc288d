package org.raptiformica.consul;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A body in chunks (RFC 9112, section 7.1); its end without a last chunk is an error. */
final class ChunkedInput extends InputStream {

    private final InputStream in;
    private InputStream chunk = InputStream.nullInputStream();
    private boolean first = true;
    private boolean ended;

    ChunkedInput(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            int n = chunk.read(buffer, offset, length);
            if (n > 0) {
                return n;
            }
            nextChunk();
        }
        return -1;
    }

    private void nextChunk() throws IOException {
        if (!first && !Response.line(in).isEmpty()) {
            throw new Response.Garbled("a chunk of the answer does not end where it should");
        }
        first = false;
        String size = Response.line(in).split(";", 2)[0].strip();
        if (!size.matches("[0-9a-fA-F]{1,12}")) {
            throw new Response.Garbled("the answer's chunks are no HTTP");
        }
        long bytes = Long.parseLong(size, 16);
        chunk = new Counted(in, bytes);
        ended = bytes == 0;
    }

    /** A body of a known number of bytes. */
    static final class Counted extends InputStream {
        private final InputStream in;
        private long left;

        Counted(InputStream in, long length) {
            this.in = in;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int n = in.read(buffer, offset, (int) Math.min(length, left));
            if (n < 0) {
                throw new EOFException("the answer broke off " + left + " bytes before its end");
            }
            left -= n;
            return n;
        }
    }
}
