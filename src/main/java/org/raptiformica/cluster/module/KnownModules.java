package org.raptiformica.cluster.module;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.config.Neighbour;
import org.raptiformica.config.module.ModuleCatalogue;
import org.raptiformica.config.module.ModuleDescription;
import org.raptiformica.failure.Failure;

/** The modules of this client and those of the cluster, which another client may have installed. */
public final class KnownModules {

    private final ClusterConfig config;
    private final ModuleCatalogue catalogue;

    /** Those of these two. */
    public KnownModules(ClusterConfig config, ModuleCatalogue catalogue) {
        this.config = config;
        this.catalogue = catalogue;
    }

    /** Where a module is. */
    public enum Place {
        /** On this client; there is no cluster, or it has never heard of the module. */
        HERE,
        /** On the nodes of the cluster and not on this client. */
        CLUSTER,
        /** On both. */
        BOTH,
        /** On both, of different commits. */
        BOTH_DIFFERENT
    }

    /** A module, and where it is. */
    public record Known(ModuleDescription module, Place place) {}

    /**
     * All of them: those of this client in the order in which they are merged, then what only the cluster has.
     *
     * @param unreached hears why the cluster, if there is one, could not be asked
     */
    public List<Known> list(Consumer<Failure> unreached) {
        Map<String, ModuleDescription> cluster = new LinkedHashMap<>();
        boolean asked = ask(unreached, cluster);
        List<Known> known = new ArrayList<>();
        for (ModuleDescription module : catalogue.list()) {
            Optional<ModuleDescription> there =
                    module.builtIn() ? Optional.empty() : Optional.ofNullable(cluster.remove(module.name()));
            boolean builtInThere = module.builtIn() && asked;
            known.add(new Known(
                    module,
                    builtInThere
                            ? Place.BOTH
                            : there.map(other -> both(module, other)).orElse(Place.HERE)));
        }
        cluster.values().forEach(module -> known.add(new Known(module, Place.CLUSTER)));
        return known;
    }

    private boolean ask(Consumer<Failure> unreached, Map<String, ModuleDescription> cluster) {
        if (Neighbour.all(config.cached()).isEmpty()) {
            return false;
        }
        try {
            config.agent().modules().forEach(module -> cluster.put(module.name(), module));
            return true;
        } catch (Failure away) {
            unreached.accept(away);
            return false;
        }
    }

    private static Place both(ModuleDescription here, ModuleDescription there) {
        return here.origin().equals(there.origin()) ? Place.BOTH : Place.BOTH_DIFFERENT;
    }
}
