package org.raptiformica.failure;

/** A file or a value that was read is not what it has to be: no JSON, cut short, a wrong shape, a wrong checksum. */
public final class BadData extends Failure {

    /**
     * @param where the machine, file or option
     * @param what a clause that says what was found
     * @param remedy a sentence that says what to do
     */
    public BadData(String where, String what, String remedy) {
        super(where, what, remedy);
    }
}
