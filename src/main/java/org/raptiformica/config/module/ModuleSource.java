package org.raptiformica.config.module;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.raptiformica.config.Keys;
import org.raptiformica.failure.BadData;

/**
 * Where to get a module: {@code owner/name} on GitHub, a URL or scp-like address that git understands, or a path that
 * begins with {@code /}, {@code ./}, {@code ../} or {@code ~/}; each with {@code @ref} for a tag, branch or commit.
 *
 * @param url what git is told, without a password
 * @param ref the tag, branch or commit
 * @param authorization the value of an HTTP header, made of the user and password in the URL
 */
public record ModuleSource(String url, Optional<String> ref, Optional<String> authorization) {

    private static final Pattern GITHUB = Pattern.compile("([A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9_.-]+)(?:@(.+))?");
    private static final Pattern WITH_USER = Pattern.compile("(https?://)([^/@]+)@(.*)");
    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://.*|[^/]+:.*");
    private static final Pattern LAST_PART_WITH_REF = Pattern.compile("(.*[/:][^/:@]+/?)@([^@:/]+)");

    /**
     * What a person means.
     *
     * @param directory where relative paths begin
     * @param home what {@code ~} means
     * @throws BadData when it is no source of a module
     */
    public static ModuleSource parse(String text, Path directory, Path home) {
        if (text.isBlank() || text.startsWith("-") || text.chars().anyMatch(Character::isISOControl)) {
            throw noSource(text, "is no source of a module");
        }
        Matcher github = GITHUB.matcher(text);
        ModuleSource source;
        if (github.matches()) {
            source = plain("https://github.com/" + github.group(1), Optional.ofNullable(github.group(2)));
        } else if (URL.matcher(text).matches()) {
            source = isLocalUrl(text) ? plain(text, Optional.empty()) : url(text);
        } else {
            source = path(text, directory, home);
        }
        return source.checked(text);
    }

    private static boolean isLocalUrl(String text) {
        return text.startsWith("file://") && Files.exists(Path.of(text.substring("file://".length())));
    }

    private static ModuleSource path(String text, Path directory, Path home) {
        String expanded = text.startsWith("~/") ? home + text.substring(1) : text;
        Path path = directory.resolve(expanded).toAbsolutePath().normalize();
        return Files.exists(path) ? plain(path.toString(), Optional.empty()) : split(path.toString());
    }

    private static ModuleSource url(String text) {
        Matcher withUser = WITH_USER.matcher(text);
        if (!withUser.matches()) {
            return split(text);
        }
        String user = URLDecoder.decode(withUser.group(2).replace("+", "%2B"), StandardCharsets.UTF_8);
        String pair = user.contains(":") ? user : user + ":";
        String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        ModuleSource open = split(withUser.group(1) + withUser.group(3));
        return new ModuleSource(open.url, open.ref, Optional.of("Basic " + encoded));
    }

    private static ModuleSource split(String text) {
        Matcher withRef = LAST_PART_WITH_REF.matcher(text);
        return withRef.matches()
                ? plain(withRef.group(1), Optional.of(withRef.group(2)))
                : plain(text, Optional.empty());
    }

    private static ModuleSource plain(String url, Optional<String> ref) {
        return new ModuleSource(url, ref, Optional.empty());
    }

    private ModuleSource checked(String text) {
        if (!Keys.isName(name())
                || name().startsWith(".")
                || ref.filter(given -> given.startsWith("-")).isPresent()) {
            throw noSource(text, "has no last part that can be a module's name");
        }
        return this;
    }

    private static BadData noSource(String text, String what) {
        // It may hold a password.
        return new BadData(
                "module '" + WITH_USER.matcher(text).replaceFirst("$1$3") + "'",
                what,
                "Give owner/name for a repository on GitHub, a URL, or a path that begins with / or ./, each with @tag or"
                        + " @commit if need be.");
    }

    /** The name of the module's directory: the last part, without {@code .git}. */
    public String name() {
        String trimmed = trimmed(url);
        return trimmed.substring(Math.max(trimmed.lastIndexOf('/'), trimmed.lastIndexOf(':')) + 1);
    }

    /** Whether both are the same repository, whatever the tag or commit. */
    public boolean sameRepository(String otherUrl) {
        return trimmed(url).equals(trimmed(otherUrl));
    }

    private static String trimmed(String url) {
        String trimmed = url.replaceFirst("/+$", "").replaceFirst("\\.git$", "").replaceFirst("/+$", "");
        return trimmed.startsWith("file:///") ? trimmed.substring("file://".length()) : trimmed;
    }

    /** For messages: without user and password. */
    @Override
    public String toString() {
        return url + ref.map(given -> "@" + given).orElse("");
    }
}
