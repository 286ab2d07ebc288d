package org.raptiformica.config;

/** The keys of the shared config. Every value is a string. */
public final class Keys {

    /** The name above all keys; no key itself. */
    public static final String ROOT = "raptiformica";

    /** Marks a JSON file as a module file, and the mapping as one made of them. */
    public static final String API_VERSION_NAME = "raptiformica_api_version";

    public static final String SERVER = below("server");
    public static final String COMPUTE = below("compute");
    public static final String PLATFORM = below("platform");
    public static final String ARTIFACT = below("artifact");

    /** The last name of a command that says whether what stands above it can be used here. */
    public static final String AVAILABLE = "available";

    /** The nodes, and what makes mesh and store of them. */
    public static final String MESHNET = below("meshnet");

    /** The mesh engine of the cluster: {@code yggdrasil} or {@code cjdns}. */
    public static final String MESH_ENGINE = below("meshnet", "engine");

    public static final String CONSUL_PASSWORD = meshPassword("consul");
    public static final String NEIGHBOURS = below("meshnet", "neighbours");

    private Keys() {}

    /**
     * Whether a name can be one segment of a key. Names become directories on nodes, so there is no {@code /}, no
     * {@code .} or {@code ..}, no control character, and not nothing.
     */
    public static boolean isName(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && name.codePoints().noneMatch(Keys::isUnprintable);
    }

    private static boolean isUnprintable(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL || type == Character.SURROGATE;
    }

    /** The key of these names, below the root. */
    public static String below(String... names) {
        return ROOT + "/" + String.join("/", names);
    }

    /** The secret of a mesh engine ({@code yggdrasil}, {@code cjdns}) or of {@code consul}, 32 hex digits. */
    public static String meshPassword(String engine) {
        return below("meshnet", engine, "password");
    }

    /** The prefix of a node's entry. */
    public static String neighbour(String publicKey) {
        return NEIGHBOURS + "/" + publicKey;
    }

    /** One field of a node's entry. */
    public static String neighbour(String publicKey, String field) {
        return neighbour(publicKey) + "/" + field;
    }

    /** The prefix of the marks of nodes that are about to leave; their public keys follow. */
    public static final String LEAVING = below("meshnet", "leaving");

    /** Says that a node is about to leave: it is to be no server any more, and forgotten when it has left. */
    public static String leaving(String publicKey) {
        return LEAVING + "/" + publicKey;
    }

    /** After how many days a node that is away is forgotten; 30 where there is no such key. */
    public static final String EVICT_AFTER_DAYS = below("meshnet", "evict_after_days");

    /** The prefix of a server type; the names of its provisioners follow. */
    public static String serverType(String serverType) {
        return SERVER + "/" + serverType;
    }

    /** The prefix of a compute type; the server types it can boot follow. */
    public static String computeType(String computeType) {
        return COMPUTE + "/" + computeType;
    }

    /** The prefix of the commands with which a compute type boots a server type. */
    public static String compute(String computeType, String serverType) {
        return computeType(computeType) + "/" + serverType;
    }

    /** The prefix of a hook's handlers on a platform. */
    public static String hook(String platform, String hook) {
        return PLATFORM + "/" + platform + "/hooks/" + hook;
    }

    /** The prefix of an artifact's description for a platform. */
    public static String artifact(String tool, String platform) {
        return ARTIFACT + "/" + tool + "/" + platform;
    }
}
