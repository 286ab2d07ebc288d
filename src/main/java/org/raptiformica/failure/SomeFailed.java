package org.raptiformica.failure;

/** Of several machines some failed; each has been reported by itself. */
public final class SomeFailed extends Failure {

    /**
     * @param where the machine, file or option
     * @param what a clause that says what was found
     * @param remedy a sentence that says what to do
     */
    public SomeFailed(String where, String what, String remedy) {
        super(where, what, remedy);
    }
}
