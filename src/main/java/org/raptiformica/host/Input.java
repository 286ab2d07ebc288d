package org.raptiformica.host;

/** What a command reads on its standard input. */
public sealed interface Input {

    /** Nothing: the command reads the end of the file at once. */
    record None() implements Input {}

    /** A text, sent as UTF-8. */
    record Text(String text) implements Input {

        /** Leaves the text out: it may be a secret. */
        @Override
        public String toString() {
            return "Text[%d characters]".formatted(text.length());
        }
    }

    /** Bytes produced while the command reads them. */
    record Stream(StreamWriter writer) implements Input {}
}
