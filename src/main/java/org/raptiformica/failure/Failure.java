package org.raptiformica.failure;

import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * Something that a person can cause and mend: it says what went wrong, where, and what to do about it. The command line
 * maps each kind to one exit code. Anything else that is thrown is trouble with a file, or a {@link Defect}.
 */
public abstract sealed class Failure extends RuntimeException
        permits PrerequisiteMissing,
                MachineUnreachable,
                MachineUnsuitable,
                BadData,
                NoCluster,
                StepFailed,
                SomeFailed,
                Defect {

    private final String where;
    private final String remedy;

    Failure(String where, String what, String remedy) {
        super(what);
        this.where = where;
        this.remedy = remedy;
    }

    /** Whatever was thrown while the program was at something, as a failure. */
    public static Failure of(String where, Throwable thrown) {
        return switch (thrown) {
            case Failure failure -> failure;
            case UncheckedIOException io -> FileTrouble.of(where, Objects.requireNonNull(io.getCause()));
            default -> new Defect(where, thrown);
        };
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
