package org.raptiformica.cluster.leaving;

import java.time.Duration;
import java.util.List;
import org.raptiformica.cluster.api.SshChannel;
import org.raptiformica.cluster.journey.Journey;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Outcome;

/** Removes all state of raptiformica from a machine that is not this one: its own program does it. */
public final class FarClean {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** What a shell says where there is no such program, or none that may be run. */
    private static final List<Integer> NO_PROGRAM = List.of(126, 127);

    private FarClean() {}

    /**
     * Returns whether there was anything to remove. Takes two minutes at most.
     *
     * @throws StepFailed where that machine says that it could not
     */
    public static Journey.Found<Boolean> run(Host machine) {
        Outcome outcome = machine.run(
                Command.of(SshChannel.PROGRAM, "clean", "--output", "json").withLimit(LIMIT));
        if (NO_PROGRAM.contains(outcome.exitCode())) {
            return new Journey.Found<>(false, false);
        }
        if (!outcome.ok()) {
            throw new StepFailed(
                    machine.name(),
                    "it could not be cleaned: " + outcome.err().strip(),
                    "See what `raptiformica clean` says on that machine.");
        }
        return new Journey.Found<>(true, true);
    }
}
