package org.fieldward.edge.decode.medtech.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.fieldward.edge.decode.Fault;
import org.fieldward.edge.decode.mapping.PayloadTree;
import org.fieldward.edge.decode.medtech.expression.Expression.Language;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {

    private static final String MESSAGE = """
            {"Body": {"deviceId": "d", "hr": 72, "off": null, "unit": "inches", "x-y": 1.50,
              "data": [{"s": "120", "d": "80"}, {"s": "122", "d": "82"}, {"s": 7}], "n": [10, 20, 30, 40]},
             "Properties": {}, "SystemProperties": {"a-b-c": "z"}}""";

    private static JsonNode tree(String json) {
        return PayloadTree.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> found(Language language, String expression, String json) {
        return Expression.of(language, expression).all(tree(json), new Budget()).stream()
                .map(JsonNode::toString)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            $.Body.hr                        ; 72
            Body.hr                          ; 72
            $.Body['x-y']                    ; 1.50
            $.Body.x-y                       ; 1.50
            $['Body']['hr','unit']           ; 72 'inches'
            $.SystemProperties.a-b-c         ; 'z'
            $.Body.off                       ; null
            $.Body.data[1].s                 ; '122'
            $.Body.data[0,2].s               ; '120' 7
            $.Body.data[*].s                 ; '120' '122' 7
            $.Body.n[1:3]                    ; 20 30
            $.Body.n[-2:]                    ; 30 40
            $.Body.n[::-1]                   ; 40 30 20 10
            $.Body.n[:-1:2]                  ; 10 30
            $..s                             ; '120' '122' 7
            $..['d']                         ; '80' '82'
            $.Body.data[?(@.s && @.d)].d     ; '80' '82'
            $.Body.data[?(@s == '122')].d    ; '82'
            $.Body.data[?(@.s == 7)].s       ; 7
            $.Body.data[?(@.s == '7')].s     ;
            $.Body.data[?(@.s != '120')].s   ; '122' 7
            $.Body.data[?(@.d > '80')].d     ; '82'
            $.Body.n[?(@ >= 20 && @ < 40)]   ; 20 30
            $.Body.n[?(@ < 20 || @ > 30)]    ; 10 40
            $.Body.data[?(@.s =~ /^12\\d$/)].d ; '80' '82'
            $.Body[?(@.hr)]                  ;
            $..[?(@hr && @unit == 'inches')].hr ; 72
            $..[?(@hr == $.Body.n[0])].hr    ;
            $..[?(@off)].hr                  ; 72
            $.Nothing.at.all                 ;
            """)
    void json_path_means_what_it_meant_to_the_service(String path, String expected) {
        String wanted = expected == null ? "" : expected.replace('\'', '"');
        assertThat(String.join(" ", found(Language.JSON_PATH, path, MESSAGE))).isEqualTo(wanted);
    }

    /** Json.NET nests to the right: a && (b || c). */
    @Test
    void and_and_or_nest_to_the_right() {
        assertThat(found(Language.JSON_PATH, "$.a[?(@.x == 1 && @.y == 1 || @.z == 1)].n", """
                {"a": [{"n": 1, "x": 0, "z": 1}, {"n": 2, "x": 1, "z": 1}]}"""))
                .containsExactly("2");
    }

    @Test
    void a_filter_after_two_dots_judges_the_beginning_too_and_each_place_once() {
        assertThat(found(Language.JSON_PATH, "$..[?(@v)].v", """
                {"v": 1, "list": [{"v": 2}, [{"v": 3}]]}""")).containsExactly("1", "2", "3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$.a[",
                "$.a[?(@.b]",
                "$.a[?(@.b ==)]",
                "$.a[?(@.b == x)]",
                "$.a[x]",
                "$.a[1]b",
                "$.a..",
                "$.a)",
                "$.a[?(1)]",
                "$.a[?(@.b =~ 'x')]",
                "$.a[?(@.b =~ /(/)]",
                "$.a[?(@.b == /x/)]",
                "$.a[1:2:0]",
                " "
            })
    void what_json_net_cannot_read_is_refused_at_the_start(String path) {
        assertThatThrownBy(() -> Expression.of(Language.JSON_PATH, path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must be");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            add(`10`, `10`)                               | 20
            add(left, right)                              | 90
            subtract(left, right)                         | -10
            subtract(zero, right)                         | -50
            multiply(left, right)                         | 2000
            multiply(zero, right)                         | 0
            divide(`10`, `10`)                            | 1
            divide(left, right)                           | 0.8
            divide(zero, right)                           | 0
            pow(`10`, `10`)                               | 10000000000
            pow(zero, right)                              | 0
            pow(hundred, half)                            | 10.0
            insertString(mple, sa, zero)                  | 'sample'
            insertString('suess', 'cc', `2`)              | 'success'
            insertString('myString', '!!', `8`)           | 'myString!!'
            insertString('myString', '!!', length('myString')) | 'myString!!'
            fromUnixTimestamp(unix)                       | '2021-07-07T17:00:00+0'
            fromUnixTimestamp(zero)                       | '1970-01-01T00:00:00+0'
            fromUnixTimestampMs(millis)                   | '2021-07-20T16:38:00+0'
            fromUnixTimestampMs(zero)                     | '1970-01-01T00:00:00+0'
            multiply(to_number(inches), `0.0254`)         | 1.9812
            to_number(exact)                              | 78.0
            join('/', [mple, sa])                         | 'mple/sa'
            """)
    void the_functions_give_what_the_documentation_shows(String expression, String expected) {
        assertThat(String.join(" ", found(Language.JMES_PATH, expression, """
                {"left": 40, "right": 50, "zero": 0, "hundred": 100, "half": 0.5, "mple": "mple", "sa": "sa",
                 "unix": 1625677200, "millis": 1626799080000, "inches": "78", "exact": "78.0"}"""))).isEqualTo(expected.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "divide(`50`, `0`)",
                "pow(`40`, `50`)",
                "insertString('myString', '!!', `100`)",
                "insertString('myString', '!!', `-1`)",
                "add('1', `2`)",
                "add(secret, `1`)",
                "multiply(`9e17`, `9e17`)",
                "fromUnixTimestamp(`1.5`)",
                "fromUnixTimestampMs(`900000000000000000`)",
                "insertString(secret, 'x', secret)"
            })
    void what_a_function_cannot_work_out_is_a_refusal_without_the_content(String expression) {
        assertThatThrownBy(() -> found(Language.JMES_PATH, expression, "{\"secret\": \"Miller\"}"))
                .isInstanceOf(Fault.class)
                .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain("Miller"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '"', textBlock = """
            to_array(Body)[?hr].hr   ~ 72
            Body.data[?s].s          ~ '120' '122' 7
            Body.n[0:2]              ~ 10 20
            Body.n                   ~ [10,20,30,40]
            Body.data[].d            ~ '80' '82'
            [Body.hr]                ~ [72]
            Body.data[*].d | [0]     ~ '80'
            Body.nothing             ~
            """)
    void a_projection_is_many_matches_and_an_array_is_one(String expression, String expected) {
        assertThat(String.join(" ", found(Language.JMES_PATH, expression, MESSAGE)))
                .isEqualTo(expected == null ? "" : expected.replace('\'', '"'));
    }

    @Test
    void a_mistake_in_jmes_path_is_refused_at_the_start() {
        assertThatThrownBy(() -> Expression.of(Language.JMES_PATH, "a[?"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'a[?'");
        assertThatThrownBy(() -> Expression.of(Language.JMES_PATH, "nofunction(a)"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_tree_made_to_be_walked_again_and_again_is_given_up() {
        String wide = "[" + ("[".repeat(28) + "]".repeat(28) + ",").repeat(500) + "1]";
        assertThatThrownBy(() -> found(Language.JSON_PATH, "$..*..*..*..*..x", wide))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("places of a payload");
        String flat = "{\"a\": [" + "1,".repeat(60_000) + "1]}";
        assertThatThrownBy(() -> found(Language.JMES_PATH, "a[].[@,@][].[@,@][].[@,@][].[@,@][] | length(@)", flat))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("places of a payload");
    }

    @Test
    void a_regular_expression_that_never_ends_is_given_up() {
        assertThatThrownBy(() -> found(
                        Language.JSON_PATH, "$.a[?(@ =~ /^a*a*a*a*b$/)]", "{\"a\": [\"" + "a".repeat(200) + "!\"]}"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("regular expression");
    }

    @Test
    void the_members_that_an_expression_asks_for_are_known() {
        assertThat(Expression.of(Language.JSON_PATH, "$.Body[?(@hr && @.x['y'] == $.z)].v")
                        .members())
                .containsExactly("Body", "hr", "x", "y", "z", "v");
        assertThat(Expression.of(Language.JSON_PATH, "$.matchedToken.hr").firstMember())
                .contains("matchedToken");
        assertThat(Expression.of(Language.JMES_PATH, "matchedToken.hr").firstMember())
                .contains("matchedToken");
        assertThat(Expression.of(Language.JMES_PATH, "add(a.b, `1`)").members()).containsExactly("a", "b");
        assertThat(Expression.of(Language.JMES_PATH, "add(a.b, `1`)").firstMember())
                .isEmpty();
    }
}
