package org.raptiformica.failure;

/** A step on a machine was tried and failed, or did not end in its time. */
public final class StepFailed extends Failure {

    /**
     * @param where the machine, file or option
     * @param what a clause that says what was found
     * @param remedy a sentence that says what to do
     */
    public StepFailed(String where, String what, String remedy) {
        super(where, what, remedy);
    }
}
