package org.raptiformica.compute;

import java.util.Collection;
import java.util.SortedSet;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.PrerequisiteMissing;
import org.raptiformica.provision.Availability;

/** The compute types that the modules bring, and which of them work on this machine. */
public final class ComputeTypes {

    private final Mapping mapping;
    private final Availability availability;

    /** Those of a mapping, as far as they are available. */
    public ComputeTypes(Mapping mapping, Availability availability) {
        this.mapping = mapping;
        this.availability = availability;
    }

    /** All of them, whether they work here or not. */
    public SortedSet<String> all() {
        return mapping.children(Keys.COMPUTE);
    }

    /** Whether a type works on this machine. */
    public boolean isAvailable(String name) {
        return availability.isAvailable(mapping, Keys.computeType(name));
    }

    /**
     * The compute type that is used where a person names none: the first available one.
     *
     * @throws PrerequisiteMissing when none is available
     */
    public String first() {
        return availability
                .first(mapping, Keys.COMPUTE)
                .orElseThrow(() -> new PrerequisiteMissing(
                        "compute types",
                        "none of them can be used on this machine: " + ComputeType.orNothing(all()),
                        "Install what one of them needs, as Docker (Debian and Ubuntu: apt-get install docker.io),"
                                + " or use `raptiformica slave` with machines that run already."));
    }

    /**
     * A compute type by name.
     *
     * @throws BadData when no module brings it, or not for this server type
     */
    public ComputeType get(String name, String serverType) {
        if (!all().contains(name)) {
            throw unknown(name, all());
        }
        return ComputeType.of(mapping, name, serverType);
    }

    private static BadData unknown(String name, Collection<String> known) {
        return new BadData(
                "compute type " + name,
                "is brought by no module",
                "There are: %s. Choose one of them, or install a module that brings it."
                        .formatted(ComputeType.orNothing(known)));
    }
}
