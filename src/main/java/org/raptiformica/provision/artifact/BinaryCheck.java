package org.raptiformica.provision.artifact;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import org.raptiformica.failure.Failure;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Outcome;

/** Whether a file is the binary that a description asks for: it is run where it can be. */
final class BinaryCheck {

    private final Host local;

    BinaryCheck(Host local) {
        this.local = local;
    }

    /** What is wrong with it; empty when it will do. A binary for another machine is judged by its header alone. */
    Optional<String> problem(ArtifactDescription wanted, Path binary) throws IOException {
        String machine = Platforms.machineOf(binary).orElse("no program");
        boolean script = machine.equals("no program");
        if (!script && !machine.equals(wanted.machine())) {
            return Optional.of("it is for %s, not for %s".formatted(machine, wanted.machine()));
        }
        if (!wanted.platform().equals(Platforms.own())) {
            return script ? Optional.of("it is no program") : Optional.empty();
        }
        return runs(wanted, binary);
    }

    private Optional<String> runs(ArtifactDescription wanted, Path binary) {
        List<String> words = new ArrayList<>(List.of(binary.toString()));
        words.addAll(wanted.versionArguments());
        Outcome outcome;
        try {
            outcome = local.run(Command.of(words).withLimit(Duration.ofSeconds(20)));
        } catch (Failure e) {
            return Optional.of("it does not run: " + e.what());
        }
        Matcher version = wanted.versionPattern().matcher(outcome.out() + outcome.err());
        if (!outcome.ok() || !version.find()) {
            return Optional.of("it does not run: %s"
                    .formatted((outcome.out() + outcome.err())
                            .strip()
                            .lines()
                            .findFirst()
                            .orElse("no output")));
        }
        return wanted.accepts(version.group(1))
                ? Optional.empty()
                : Optional.of("it is version %s, not %s".formatted(version.group(1), wanted.wanted()));
    }
}
