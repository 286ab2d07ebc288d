package org.raptiformica.provision.artifact;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.BadData;

/**
 * The artifacts that the shared config describes, below {@code raptiformica/artifact/<tool>/<platform>/}: {@code binary},
 * {@code minimum_version}, {@code wire_version}?, {@code version_arguments}, {@code version_pattern}, {@code remedy}? and
 * {@code source/<key>/…} with a {@code kind}: {@code installed} ({@code variable}?); {@code distribution} ({@code package},
 * {@code architecture}, {@code suites}, {@code member}); {@code release} ({@code url}, {@code member}?,
 * {@code sha256}). Lists are words with spaces between.
 */
public final class ArtifactCatalogue {

    private final Mapping mapping;

    public ArtifactCatalogue(Mapping mapping) {
        this.mapping = mapping;
    }

    /** The platforms that a tool is described for. */
    public SortedSet<String> platforms(String tool) {
        return new TreeSet<>(mapping.children(Keys.ARTIFACT + "/" + tool));
    }

    /**
     * What is known of a tool for a platform.
     *
     * @throws BadData when there is no description or it lacks something
     */
    public ArtifactDescription describe(String tool, String platform) {
        String key = Keys.artifact(tool, platform);
        if (mapping.children(key).isEmpty()) {
            throw bad(key, "no artifact is described for this platform");
        }
        return new ArtifactDescription(
                tool,
                platform,
                mapping.get(key + "/binary").orElse(tool),
                required(key + "/minimum_version"),
                mapping.get(key + "/wire_version"),
                words(required(key + "/version_arguments")),
                pattern(key + "/version_pattern"),
                mapping.children(key + "/source").stream()
                        .map(name -> source(name, key + "/source/" + name))
                        .toList(),
                mapping.get(key + "/remedy"));
    }

    private ArtifactSource source(String name, String key) {
        String kind = required(key + "/kind");
        return switch (kind) {
            case "installed" -> new ArtifactSource.Installed(name, mapping.get(key + "/variable"));
            case "distribution" ->
                new ArtifactSource.DistributionPackage(
                        name,
                        required(key + "/package"),
                        required(key + "/architecture"),
                        words(required(key + "/suites")),
                        required(key + "/member"));
            case "release" ->
                new ArtifactSource.Release(
                        name, uri(key + "/url"), mapping.get(key + "/member").orElse(""), checksum(key + "/sha256"));
            default -> throw bad(key + "/kind", "`%s` is no kind of source".formatted(kind));
        };
    }

    private String required(String key) {
        return mapping.get(key).filter(value -> !value.isBlank()).orElseThrow(() -> bad(key, "it is missing"));
    }

    private Optional<String> checksum(String key) {
        Optional<String> sum = mapping.get(key).filter(value -> !value.isEmpty());
        if (sum.isPresent() && !sum.get().matches("[0-9a-f]{64}")) {
            throw bad(key, "`%s` is no SHA-256 in 64 hex digits".formatted(sum.get()));
        }
        return sum;
    }

    private URI uri(String key) {
        try {
            return new URI(required(key));
        } catch (URISyntaxException e) {
            throw bad(key, "`%s` is no URL".formatted(required(key)));
        }
    }

    private Pattern pattern(String key) {
        try {
            return Pattern.compile(required(key));
        } catch (PatternSyntaxException e) {
            throw bad(key, "`%s` is no regular expression".formatted(required(key)));
        }
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }

    private static BadData bad(String key, String what) {
        return new BadData(key, what, "Mend the module file in modules/artifacts/ that gives this key.");
    }
}
