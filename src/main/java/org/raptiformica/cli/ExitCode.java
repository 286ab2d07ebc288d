package org.raptiformica.cli;

import org.raptiformica.failure.BadData;
import org.raptiformica.failure.Defect;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.failure.PrerequisiteMissing;
import org.raptiformica.failure.SomeFailed;
import org.raptiformica.failure.StepFailed;

/** The exit codes of every command; README.md has the same table. */
enum ExitCode {
    OK(0, "done"),
    DEFECT(1, "a defect of raptiformica"),
    USAGE(2, "the command line is wrong"),
    PREREQUISITE(3, "a program or a permission is missing on this machine"),
    UNREACHABLE(4, "a machine cannot be logged in to"),
    UNSUITABLE(5, "a machine cannot become a node as it is"),
    BAD_DATA(6, "a file or a value is not what it has to be"),
    NO_CLUSTER(7, "no cluster, or none of its nodes answers"),
    STEP_FAILED(8, "a step failed or did not end in its time"),
    SOME_FAILED(9, "some of several machines failed"),
    ALL_FAILED(10, "all of several machines failed, for more than one reason"),
    INTERRUPTED(130, "interrupted");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    int number() {
        return number;
    }

    String meaning() {
        return meaning;
    }

    static ExitCode of(Failure failure) {
        return switch (failure) {
            case PrerequisiteMissing _ -> PREREQUISITE;
            case MachineUnreachable _ -> UNREACHABLE;
            case MachineUnsuitable _ -> UNSUITABLE;
            case BadData _ -> BAD_DATA;
            case NoCluster _ -> NO_CLUSTER;
            case StepFailed _ -> STEP_FAILED;
            case SomeFailed _ -> SOME_FAILED;
            case Defect _ -> DEFECT;
        };
    }
}
