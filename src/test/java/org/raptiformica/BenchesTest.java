package org.raptiformica;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of {@code bench/} are run by hand, and Java compiles them only then. */
final class BenchesTest {

    @Test
    @DisplayName("every program of bench/ still fits the code that it measures")
    void compile(@TempDir Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
            boolean right = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of("-proc:none", "-d", classes.toString()),
                            null,
                            files.getJavaFileObjectsFromPaths(programs()))
                    .call();
            assertThat(right).as(said.toString()).isTrue();
        }
    }

    private static List<Path> programs() throws IOException {
        try (Stream<Path> found = Files.list(Path.of("bench"))) {
            return found.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
