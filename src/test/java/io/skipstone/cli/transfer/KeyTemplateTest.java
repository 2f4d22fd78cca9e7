package io.skipstone.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTemplateTest {
    @Test
    void fillsFieldsAndTheNumberOfTheRecordIn() throws Exception {
        var template = KeyTemplate.parse("city/{country}/{name}/{line}");

        assertThat(template.key(json("{'country':'IS','name':'Þórshöfn','lat':66.2}"), 17))
                .isEqualTo("city/IS/Þórshöfn/17");
    }

    @Test
    void takesNumbersAsTheyAreWritten() throws Exception {
        assertThat(KeyTemplate.parse("{lat}").key(json("{'lat':1.10}"), 1)).isEqualTo("1.10");
    }

    @Test
    void refusesARecordWithoutTheField() throws Exception {
        JsonNode record = json("{'country':'IS'}");

        assertThatThrownBy(() -> KeyTemplate.parse("{name}").key(record, 1))
                .isInstanceOf(BadRecordException.class)
                .hasMessage("field 'name' of the key template is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'name':null}", "{'name':{}}", "{'name':[1]}"})
    void refusesAFieldThatHasNoText(String record) throws Exception {
        JsonNode json = json(record);

        assertThatThrownBy(() -> KeyTemplate.parse("{name}").key(json, 1)).isInstanceOf(BadRecordException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "a}", "{}", "a/{b", "{a{b}}"})
    void refusesATemplateThatIsNone(String template) {
        assertThatThrownBy(() -> KeyTemplate.parse(template)).isInstanceOf(IllegalArgumentException.class);
    }

    private static JsonNode json(String singleQuoted) throws IOException {
        return Json.parse(singleQuoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
