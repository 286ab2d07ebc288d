package org.raptiformica.provision;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.BadData;

/** The server types that the modules bring. */
public final class ServerTypes {

    private final Mapping mapping;

    /** The types in a mapping. */
    public ServerTypes(Mapping mapping) {
        this.mapping = mapping;
    }

    /** All of them. */
    public SortedSet<String> all() {
        return mapping.children(Keys.SERVER);
    }

    /**
     * The type that is used where a person names none: the first available one.
     *
     * @throws BadData when there is none
     */
    public String first(Availability availability) {
        return availability.first(mapping, Keys.SERVER).orElseThrow(() -> unknown("of any name"));
    }

    /**
     * The entries of a type, in the order of their names.
     *
     * @throws BadData when no module brings the type
     */
    public List<ServerTypeEntry> get(String name) {
        if (!all().contains(name)) {
            throw unknown(name);
        }
        String type = Keys.serverType(name);
        return mapping.children(type).stream()
                .filter(entry -> !mapping.below(type + "/" + entry).isEmpty())
                .map(entry -> new ServerTypeEntry(
                        entry,
                        filled(type + "/" + entry + "/source"),
                        filled(type + "/" + entry + "/bootstrap").orElse(":")))
                .toList();
    }

    private Optional<String> filled(String key) {
        return mapping.get(key).filter(value -> !value.isBlank());
    }

    private BadData unknown(String name) {
        String known = String.join(", ", all());
        return new BadData(
                "server type " + name,
                "is brought by no module",
                "There are: " + (known.isEmpty() ? "none" : known) + ". Choose one of them, or install a module that"
                        + " brings it.");
    }
}
