package org.raptiformica.failure;

/** What should not have happened: the program is wrong, not the person. Its cause is what was thrown. */
public final class Defect extends Failure {

    /**
     * @param where what the program was at
     * @param thrown what it did not expect
     */
    public Defect(String where, Throwable thrown) {
        super(
                where,
                "this is a defect of raptiformica: " + thrown,
                "Run the command again with --verbose and report what it prints.");
        initCause(thrown);
    }
}
