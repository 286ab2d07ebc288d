package org.raptiformica.cli;

import java.util.List;
import java.util.regex.Pattern;

/** How results are printed: for people or for programs. */
enum OutputFormat {
    TABLE,
    JSON;

    private static final Pattern AS_ONE_WORD = Pattern.compile("(--output=|-o=?)json", Pattern.CASE_INSENSITIVE);

    /** What a command line asks for that may be wrong in other places. */
    static OutputFormat askedFor(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            boolean option = words.get(i).equals("--output") || words.get(i).equals("-o");
            boolean next = option && i + 1 < words.size() && words.get(i + 1).equalsIgnoreCase("json");
            if (next || AS_ONE_WORD.matcher(words.get(i)).matches()) {
                return JSON;
            }
        }
        return TABLE;
    }
}
