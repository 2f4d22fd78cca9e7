package io.skipstone.api.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.api.Numbers;
import io.skipstone.model.Bytes;
import io.skipstone.model.SkipstoneException.BadRequest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The fields of one JSON object, taken one by one. What nobody took is refused by {@link #end}, so a condition with a typing
 * error is never overlooked. Messages name the path of a field, as in {@code $.compare[0].relation}, never its content.
 */
final class JsonFields {
    /** A name that a person may have meant as one; anything else is not repeated in a message. */
    private static final Predicate<String> SAFE_NAME =
            Pattern.compile("[A-Za-z_]{1,32}").asMatchPredicate();

    private final JsonNode object;
    private final String path;
    private final Set<String> taken = new HashSet<>();

    private JsonFields(JsonNode object, String path) {
        this.object = object;
        this.path = path;
    }

    static JsonFields of(JsonNode node, String path) {
        if (!node.isObject()) {
            throw bad(path, "is not an object");
        }
        return new JsonFields(node, path);
    }

    boolean has(String name) {
        return object.has(name);
    }

    String pathOf(String name) {
        return path + "." + name;
    }

    /** Refuses fields that nobody asked for. */
    void end() {
        object.fieldNames().forEachRemaining(name -> {
            if (!taken.contains(name)) {
                throw new BadRequest(
                        "unknown_field",
                        pathOf(SAFE_NAME.test(name) ? name : "?") + " is unknown here; known are "
                                + String.join(", ", taken.stream().sorted().toList()));
            }
        });
    }

    Optional<String> optionalText(String name) {
        return take(name).map(node -> {
            if (!node.isTextual()) {
                throw bad(pathOf(name), "is not a string");
            }
            return node.textValue();
        });
    }

    String text(String name) {
        return required(optionalText(name), name);
    }

    boolean flag(String name) {
        return optionalFlag(name).orElse(false);
    }

    Optional<Boolean> optionalFlag(String name) {
        return take(name).map(node -> {
            if (!node.isBoolean()) {
                throw bad(pathOf(name), "is not true or false");
            }
            return node.booleanValue();
        });
    }

    /** A whole number that is not negative. */
    Optional<Long> optionalNumber(String name) {
        return take(name).map(node -> {
            if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
                throw bad(pathOf(name), "is not a whole number from 0 to " + Long.MAX_VALUE);
            }
            return node.longValue();
        });
    }

    long number(String name) {
        return required(optionalNumber(name), name);
    }

    /** A timestamp, which is a string of digits: as a JSON number it would lose its last ones in many languages. */
    long timestampBits(String name) {
        return Numbers.parse(text(name), () -> bad(pathOf(name), "is not a string of decimal digits"));
    }

    /** Bytes from {@code name}, which is text, or {@code <name>Base64}; not both. */
    Optional<Bytes> optionalBytes(String name) {
        String base64Name = name + "Base64";
        Optional<Bytes> plain = optionalText(name).map(text -> JsonText.utf8(text)
                .orElseThrow(() -> bad(pathOf(name), "has half a surrogate pair; use " + base64Name)));
        Optional<Bytes> encoded = optionalText(base64Name).map(text -> base64(base64Name, text));
        if (plain.isPresent() && encoded.isPresent()) {
            throw bad(pathOf(name), "is given twice, as text and as base64");
        }
        return plain.or(() -> encoded);
    }

    Bytes bytes(String name) {
        return required(optionalBytes(name), name + " or " + name + "Base64");
    }

    Optional<JsonFields> optionalObject(String name) {
        return take(name).map(node -> of(node, pathOf(name)));
    }

    JsonFields object(String name) {
        return required(optionalObject(name), name);
    }

    /** The objects of an array; absent is an empty one. */
    <T> List<T> list(String name, Function<JsonFields, T> element) {
        Optional<JsonNode> array = take(name);
        if (array.isEmpty()) {
            return List.of();
        }
        if (!array.get().isArray()) {
            throw bad(pathOf(name), "is not an array");
        }
        var elements = new ArrayList<T>();
        for (JsonNode node : array.get()) {
            elements.add(element.apply(of(node, pathOf(name) + "[" + elements.size() + "]")));
        }
        return elements;
    }

    BadRequest bad(String message) {
        return bad(path, message);
    }

    private static BadRequest bad(String path, String message) {
        return new BadRequest("bad_field", path + " " + message);
    }

    private Optional<JsonNode> take(String name) {
        taken.add(name);
        return Optional.ofNullable(object.get(name));
    }

    private <T> T required(Optional<T> value, String name) {
        return value.orElseThrow(() -> new BadRequest("missing_field", path + " lacks " + name));
    }

    private Bytes base64(String name, String text) {
        try {
            return Bytes.wrap(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException notBase64) {
            throw bad(pathOf(name), "is not base64");
        }
    }
}
