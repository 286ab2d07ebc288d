package org.raptiformica.consul;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** What a socket sends, until a moment: an answer that drips for ever ends too. */
final class DeadlineInput extends InputStream {

    private final Socket socket;
    private final InputStream in;
    private final Deadline deadline;

    DeadlineInput(Socket socket, Deadline deadline) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.deadline = deadline;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        socket.setSoTimeout(deadline.millisLeft());
        try {
            return in.read(buffer, offset, length);
        } catch (SocketTimeoutException late) {
            SocketTimeoutException said =
                    new SocketTimeoutException("not within " + deadline.limit().toMillis() + " ms");
            said.initCause(late);
            throw said;
        }
    }
}
