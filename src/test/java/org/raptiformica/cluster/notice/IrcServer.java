package org.raptiformica.cluster.notice;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** As much of an IRC server as a client that says one line meets: it pings before it welcomes, and refuses a nick. */
public final class IrcServer implements AutoCloseable {

    private final ServerSocket socket;
    private final String takenNick;
    private final String closedChannel;
    private final List<String> messages = new CopyOnWriteArrayList<>();

    /** A server on all addresses of this machine, at any port. */
    public IrcServer(String takenNick, String closedChannel) throws IOException {
        this.socket = new ServerSocket(0);
        this.takenNick = takenNick;
        this.closedChannel = closedChannel;
        Thread.ofVirtual().start(this::serve);
    }

    /** Where it listens. */
    public int port() {
        return socket.getLocalPort();
    }

    /** What was said by those who had answered the ping and joined. */
    public List<String> messages() {
        return messages;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                talk(client);
            } catch (IOException ended) {
                // By the client, or by close().
            }
        }
    }

    private void talk(Socket client) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
        String nick = "";
        boolean welcome = false;
        boolean joined = false;
        send(client, ":irc.test NOTICE * :*** Looking up your hostname");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", 3);
            switch (words[0].toUpperCase(Locale.ROOT)) {
                case "NICK" -> {
                    if (words[1].equals(takenNick)) {
                        send(client, ":irc.test 433 * " + words[1] + " :Nickname is already in use");
                    } else {
                        nick = words[1];
                        send(client, "PING :token");
                    }
                }
                case "PONG" -> {
                    welcome = words[1].equals(":token");
                    send(client, ":irc.test 001 " + nick + " :Welcome");
                }
                case "JOIN" -> {
                    joined = welcome && !words[1].equals(closedChannel);
                    send(
                            client,
                            joined
                                    ? ":" + nick + "!~r@host JOIN " + words[1]
                                    : ":irc.test 473 " + nick + " " + words[1] + " :Cannot join channel (+i)");
                }
                case "PRIVMSG" -> {
                    if (joined) {
                        messages.add(words[1] + " " + words[2].substring(1));
                    }
                }
                case "QUIT" -> {
                    return;
                }
                default -> {}
            }
        }
    }

    private static void send(Socket client, String line) throws IOException {
        OutputStream out = client.getOutputStream();
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
