package org.raptiformica.cluster.notice;

import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Outcome;

/**
 * The desktop of a machine, through {@code noti}.
 *
 * @param here the machine
 */
record Desktop(Host here) implements Receiver {

    /** Whether the machine can show anything. */
    boolean isThere() {
        return here.run(Command.of("sh", "-c", "command -v noti")).ok();
    }

    @Override
    public String name() {
        return "noti";
    }

    @Override
    public void tell(String text) {
        Outcome outcome = here.run(Command.of("noti", "-t", "raptiformica", "-m", text));
        if (!outcome.ok()) {
            throw new StepFailed(
                    name(),
                    "failed with exit code " + outcome.exitCode() + ": "
                            + outcome.err().strip(),
                    "See that it runs as root on this node.");
        }
    }
}
