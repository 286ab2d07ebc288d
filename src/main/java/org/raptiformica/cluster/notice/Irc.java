package org.raptiformica.cluster.notice;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.raptiformica.failure.BadData;

/**
 * A channel on an IRC server: logs in, joins, says the line, and leaves.
 *
 * @param host of the server
 * @param port of the server
 * @param channel with its hash mark
 */
record Irc(String host, int port, String channel) implements Receiver {

    private static final int PORT = 6667;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int NICK_TRIES = 5;

    /** Numbers of RFC 2812: a nick is taken, and what ends a JOIN in vain. */
    private static final String NICK_TAKEN = "433";

    private static final String WELCOME = "001";
    private static final List<String> REFUSED =
            List.of("403", "405", "437", "461", "464", "465", "471", "473", "474", "475", "476", "477", "ERROR");

    /**
     * Reads {@code HOST[:PORT]/#CHANNEL}.
     *
     * @throws BadData when it is none
     */
    static Irc parse(String text) {
        int slash = text.indexOf('/');
        String place = slash < 0 ? "" : text.substring(0, slash);
        int colon = place.lastIndexOf(':');
        String port = colon < 0 ? Integer.toString(PORT) : place.substring(colon + 1);
        String channel = text.substring(slash + 1).strip();
        if (place.isEmpty() || !port.matches("\\d{1,5}") || !channel.matches("[#&+!][^\\s,\\p{Cntrl}]+")) {
            throw new BadData(
                    "IRC channel '" + text + "'", "is no HOST:PORT/#CHANNEL", "Write it as irc.example.org/#channel.");
        }
        return new Irc(colon < 0 ? place : place.substring(0, colon), Integer.parseInt(port), channel);
    }

    @Override
    public String name() {
        return "IRC channel " + channel + " at " + host;
    }

    @Override
    public void tell(String text) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) LIMIT.toMillis());
            Dialogue dialogue = new Dialogue(
                    socket,
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)),
                    System.nanoTime() + LIMIT.toNanos());
            dialogue.logIn();
            dialogue.join();
            dialogue.say(text.replaceAll("\\p{Cntrl}", " "));
        } catch (IOException failed) {
            throw HttpPost.failure(name(), String.valueOf(failed.getMessage()));
        }
    }

    /** What is said in one connection. */
    private final class Dialogue {

        private final Socket socket;
        private final BufferedReader in;
        private final long end;

        Dialogue(Socket socket, BufferedReader in, long end) {
            this.socket = socket;
            this.in = in;
            this.end = end;
        }

        void logIn() throws IOException {
            String nick = "raptiformica";
            send("NICK " + nick);
            send("USER raptiformica 0 * :raptiformica");
            int tries = 1;
            for (String word = next(); !word.equals(WELCOME); word = next()) {
                if (word.equals(NICK_TAKEN) && tries < NICK_TRIES) {
                    send("NICK " + nick + ++tries);
                }
            }
        }

        void join() throws IOException {
            send("JOIN " + channel);
            String word = next();
            while (!word.equals("JOIN")) {
                word = next();
            }
        }

        /** Ends when the server has closed the connection: it has taken all that came before the farewell. */
        void say(String text) throws IOException {
            send("PRIVMSG " + channel + " :" + text);
            send("QUIT");
            while (in.readLine() != null) {
                patience();
            }
        }

        /** The next command or number that the server sends. */
        private String next() throws IOException {
            while (true) {
                patience();
                String line = in.readLine();
                if (line == null) {
                    throw new IOException("it closed the connection");
                }
                String[] words = line.replaceFirst("^:\\S+ +", "").split(" +", 2);
                if (words[0].equals("PING")) {
                    send("PONG " + words[words.length - 1]);
                } else if (REFUSED.contains(words[0])) {
                    throw new IOException("it says: " + line);
                } else {
                    return words[0];
                }
            }
        }

        private void patience() throws IOException {
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (left <= 0) {
                throw new IOException("it took longer than " + LIMIT.toSeconds() + " s");
            }
            socket.setSoTimeout((int) left);
        }

        private void send(String line) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }
}
