package org.raptiformica.failure;

/**
 * Something that a person can cause and mend: it says what went wrong, where, and what to do about it. The command line
 * maps each kind to one exit code; anything thrown that is no {@code Failure} is a defect of the program.
 */
public abstract sealed class Failure extends RuntimeException
        permits PrerequisiteMissing, MachineUnreachable, MachineUnsuitable, BadData, NoCluster, StepFailed, SomeFailed {

    private final String where;
    private final String remedy;

    Failure(String where, String what, String remedy) {
        super(what);
        this.where = where;
        this.remedy = remedy;
    }

    /** What went wrong, a clause without a full stop. */
    public String what() {
        return String.valueOf(getMessage());
    }

    /** The machine, file or option it went wrong at. */
    public String where() {
        return where;
    }

    /** What the person can do about it, a sentence. */
    public String remedy() {
        return remedy;
    }

    /** The one message: where, what, what to do, on two lines. */
    public String message() {
        return where + ": " + what() + System.lineSeparator() + "  " + remedy;
    }
}
