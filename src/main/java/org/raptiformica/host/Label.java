package org.raptiformica.host;

/**
 * How a running command is called in messages.
 *
 * @param where the machine it runs on
 * @param text the command, for people
 */
record Label(String where, String text) {

    private static final int LONGEST = 120;

    Label(String where, Command command) {
        this(where, shortened(ShellWords.join(command.words()).replace('\n', ' ')));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
