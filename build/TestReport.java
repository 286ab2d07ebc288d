import java.io.File;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Prints what Surefire's reports say: a table of the integration test classes, the slowest first; the tests that passed only
 * the second time; and how many passed and failed. Exits with 1 if any failed, or if none was run.
 */
final class TestReport {

    private static final int LINES_OF_A_FAILURE = 12;

    private record TestClass(String name, double seconds, int tests, int failed, int skipped, List<String> flaky) {

        int passed() {
            return tests - failed - skipped;
        }

        boolean isIntegration() {
            return name.endsWith("IT");
        }

        String result() {
            return failed > 0 ? "FAILED" : flaky.isEmpty() ? "ok" : "FLAKY";
        }
    }

    void main(String[] directories) throws Exception {
        List<TestClass> classes = new ArrayList<>();
        DocumentBuilder reader = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
        for (String directory : directories) {
            File[] reports = new File(directory).listFiles((_, name) -> name.startsWith("TEST-") && name.endsWith(".xml"));
            for (File report : reports == null ? new File[0] : reports) {
                classes.add(read(reader.parse(report).getDocumentElement()));
            }
        }
        classes.sort(Comparator.comparingDouble(TestClass::seconds).reversed());
        printTable(classes.stream().filter(TestClass::isIntegration).toList());
        classes.forEach(it -> it.flaky().forEach(System.out::println));
        int failed = classes.stream().mapToInt(TestClass::failed).sum();
        int passed = classes.stream().mapToInt(TestClass::passed).sum();
        int skipped = classes.stream().mapToInt(TestClass::skipped).sum();
        System.out.printf("%d passed, %d failed, %d skipped%n", passed, failed, skipped);
        System.exit(failed > 0 || passed == 0 ? 1 : 0);
    }

    private static TestClass read(Element suite) {
        NodeList tests = suite.getElementsByTagName("testcase");
        int failed = 0;
        int skipped = 0;
        List<String> flaky = new ArrayList<>();
        for (int i = 0; i < tests.getLength(); i++) {
            Element test = (Element) tests.item(i);
            failed += has(test, "failure") || has(test, "error") ? 1 : 0;
            skipped += has(test, "skipped") ? 1 : 0;
            for (String kind : List.of("flakyFailure", "flakyError")) {
                if (has(test, kind)) {
                    flaky.add(flaky(test, (Element) test.getElementsByTagName(kind).item(0)));
                }
            }
        }
        String name = suite.getAttribute("name");
        double seconds = Double.parseDouble(suite.getAttribute("time").replace(",", ""));
        return new TestClass(name.substring(name.lastIndexOf('.') + 1), seconds, tests.getLength(), failed, skipped, flaky);
    }

    private static boolean has(Element test, String kind) {
        return test.getElementsByTagName(kind).getLength() > 0;
    }

    private static String flaky(Element test, Element failure) {
        StringBuilder text = new StringBuilder("FLAKY: ")
                .append(test.getAttribute("classname"))
                .append('.')
                .append(test.getAttribute("name"));
        failure.getTextContent().lines().limit(LINES_OF_A_FAILURE).forEach(line -> text.append("\n    ").append(line));
        return text.toString();
    }

    private static void printTable(List<TestClass> classes) {
        System.out.printf("%n%8s  %5s  %-6s  %s%n", "seconds", "tests", "result", "class");
        classes.forEach(it -> System.out.printf("%8.1f  %5d  %-6s  %s%n", it.seconds(), it.tests(), it.result(), it.name()));
        System.out.println();
    }
}
