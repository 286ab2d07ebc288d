package org.raptiformica.failure;

/** A machine cannot be logged in to: unknown, refusing, silent, of a changed host key, or not accepting our keys. */
public final class MachineUnreachable extends Failure {

    /**
     * @param where the machine, file or option
     * @param what a clause that says what was found
     * @param remedy a sentence that says what to do
     */
    public MachineUnreachable(String where, String what, String remedy) {
        super(where, what, remedy);
    }
}
