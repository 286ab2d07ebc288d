package org.raptiformica.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.node.Programs;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.StepFailed;

/** The commands that people and modules call on a node by name: links, where nothing else has the name. */
final class CommandsReconciler implements Reconciler {

    private final NodePaths paths;

    CommandsReconciler(NodePaths paths) {
        this.paths = paths;
    }

    @Override
    public String name() {
        return "commands";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        Map<String, Path> commands = Map.of(
                "raptiformica", paths.program().resolve("bin/raptiformica"),
                "consul", Programs.binary(paths, "consul"));
        List<String> made = new ArrayList<>();
        commands.forEach((name, target) -> {
            if (link(paths.command(name), target)) {
                made.add(name);
            }
        });
        return made.isEmpty() ? Step.settled() : Step.changed("linked " + String.join(", ", made));
    }

    private static boolean link(Path link, Path target) {
        if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            Files.createDirectories(link.getParent());
            Files.createSymbolicLink(link, target);
            return true;
        } catch (IOException e) {
            throw new StepFailed(link.toString(), "it cannot be made: " + e.getMessage(), "Run the agent as root.");
        }
    }
}
