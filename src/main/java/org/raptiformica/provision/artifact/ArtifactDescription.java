package org.raptiformica.provision.artifact;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A binary that nodes of a platform need, and where it may come from.
 *
 * @param tool as in {@code consul}
 * @param platform as in {@code linux-x86_64}
 * @param binary its file name
 * @param minimumVersion the oldest that will do, as in {@code 1.8}
 * @param wireVersion what its version has to begin with so that all nodes understand each other, as in {@code 0.5}
 * @param versionArguments with which it prints its version and exits with 0
 * @param versionPattern finds the version in that; its first group is it
 * @param sources where it may come from, in the order in which they are tried
 * @param remedy what a person can do when none of them has it, where that is special to the tool
 */
public record ArtifactDescription(
        String tool,
        String platform,
        String binary,
        String minimumVersion,
        Optional<String> wireVersion,
        List<String> versionArguments,
        Pattern versionPattern,
        List<ArtifactSource> sources,
        Optional<String> remedy) {

    /** For a tool that nobody described: whatever runs will do, and there is no source but a person. */
    public static ArtifactDescription undescribed(String tool, String platform) {
        return new ArtifactDescription(
                tool,
                platform,
                tool,
                "0",
                Optional.empty(),
                List.of("--version"),
                Pattern.compile("()"),
                List.of(),
                Optional.empty());
    }

    /** What {@code uname -m} says on machines of the platform. */
    public String machine() {
        return platform.substring(platform.indexOf('-') + 1);
    }

    /** Whether a version is new enough and speaks as the others do. */
    boolean accepts(String version) {
        return Versions.atLeast(version, minimumVersion)
                && wireVersion
                        .map(wire -> version.equals(wire) || version.startsWith(wire + "."))
                        .orElse(true);
    }

    /** What will do, for messages. */
    String wanted() {
        return "%s %s or newer%s"
                .formatted(
                        tool,
                        minimumVersion,
                        wireVersion.map(wire -> " of version " + wire).orElse(""));
    }
}
