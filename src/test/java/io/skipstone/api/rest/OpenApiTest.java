package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OneNode.class)
class OpenApiTest extends RestTest {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "head", "patch", "options");

    @Inject
    RestDoor door;

    @Test
    void theDocumentAndTheRoutesAreTheSame() throws Exception {
        var documented = new TreeSet<String>();
        for (var path :
                get("/q/openapi?format=json").is(200).json().path("paths").properties()) {
            path.getValue().fieldNames().forEachRemaining(method -> {
                if (METHODS.contains(method)) {
                    documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                }
            });
        }

        var served = new TreeSet<String>();
        door.routes().forEach(route -> served.add(route.method().name() + " " + route.path()));

        assertThat(documented).isEqualTo(served);
    }

    @Test
    void thePageIsThere() throws Exception {
        assertThat(get("/q/swagger-ui/").is(200).text()).contains("swagger");
    }
}
