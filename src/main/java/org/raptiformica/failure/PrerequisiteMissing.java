package org.raptiformica.failure;

/** A program or a permission that the client needs is not there: no Docker, no git, no right to use them. */
public final class PrerequisiteMissing extends Failure {

    /**
     * @param where the machine, file or option
     * @param what a clause that says what was found
     * @param remedy a sentence that says what to do
     */
    public PrerequisiteMissing(String where, String what, String remedy) {
        super(where, what, remedy);
    }
}
