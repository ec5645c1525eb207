using System.Text;
using System.Text.Json.Nodes;

namespace Weft.Kubernetes.Yaml;

public sealed class KubeYamlTests
{
    [Theory]
    [InlineData("yes", "true")]
    [InlineData("Off", "false")]
    [InlineData("true", "true")]
    [InlineData("'yes'", "\"yes\"")]
    [InlineData("\"1\"", "\"1\"")]
    [InlineData("1", "1")]
    [InlineData("-12", "-12")]
    [InlineData("010", "8")]
    [InlineData("0x1F", "31")]
    [InlineData("1_000", "1000")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("1.5", "1.5")]
    [InlineData("1.0", "1")]
    [InlineData("1e3", "1000")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("100m", "\"100m\"")]
    [InlineData("2001-12-14", "\"2001-12-14\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("~", null)]
    [InlineData("", null)]
    [InlineData("null", null)]
    [InlineData("!!str 1", "\"1\"")]
    [InlineData("\"null\"", "\"null\"")]
    public void A_scalar_reads_as_kubectl_reads_it(string scalar, string? json)
    {
        var read = KubeYaml.Read($"v: {scalar}\n").Single().Content!["v"];

        Assert.Equal(json, read?.ToJsonString());
    }

    [Fact]
    public void A_stream_has_several_documents()
    {
        var read = KubeYaml.Read("a: 1\n---\n# nothing\n---\n- x\n- z: [1, {b: c}]\n");

        Assert.Equal(["""{"a":1}""", null, """["x",{"z":[1,{"b":"c"}]}]"""], read.Select(document => document.Content?.ToJsonString()));
        Assert.Equal(4, read[2].Line);
    }

    [Fact]
    public void Anchors_and_merge_keys_are_resolved()
    {
        var read = KubeYaml.Read("base: &b {x: 1, z: 2}\nuse: *b\nmore:\n  <<: *b\n  z: 3\n").Single().Content!;

        Assert.Equal("""{"x":1,"z":2}""", read["use"]!.ToJsonString());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"x":1,"z":3}"""), read["more"]));
    }

    [Theory]
    [InlineData("a: 1\nb: [1, 2\n", 2)]
    [InlineData("a: 1\n\tb: 2\n", 1)]
    [InlineData("a: 1\na: 2\n", 2)]
    [InlineData("a: *nobody\n", 1)]
    [InlineData("a: .inf\n", 1)]
    [InlineData("a: b: c\n", 1)]
    public void Garbage_is_an_error_that_names_the_line(string text, int line)
    {
        var wrong = Assert.Throws<YamlFormatException>(() => KubeYaml.Read(text));

        Assert.InRange(wrong.Line, line, line + 1);
        Assert.StartsWith($"yaml: line {wrong.Line}: ", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_UTF8_and_too_much_of_it_are_errors()
    {
        Assert.Contains("invalid UTF-8", Assert.Throws<YamlFormatException>(() => KubeYaml.Read([0x61, 0x0a, 0xff, 0xfe])).Message, StringComparison.Ordinal);
        Assert.Contains("the limit is 10", Assert.Throws<YamlFormatException>(() => KubeYaml.Read(new byte[11], 10)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alias_bomb_and_deep_nesting_are_errors()
    {
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (var level = 1; level < 10; level++)
        {
            bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{level}: &a{level} [{string.Join(',', Enumerable.Repeat($"*a{level - 1}", 10))}]\n");
        }

        Assert.Contains("excessive aliasing", Assert.Throws<YamlFormatException>(() => KubeYaml.Read(bomb.ToString())).Message, StringComparison.Ordinal);
        Assert.Throws<YamlFormatException>(() => KubeYaml.Read(new string('[', 3000)));
    }

    [Fact]
    public void Arbitrary_bytes_never_do_worse_than_a_format_error()
    {
        var random = new Random(7);
        const string likely = "ab: -\n  []{}&*!|>'\"%@#,?1\t\\<~";
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            if (round % 10 != 0)
            {
                bytes = [.. bytes.Select(b => (byte)likely[b % likely.Length])];
            }

            try
            {
                KubeYaml.Read(bytes);
            }
            catch (YamlFormatException)
            {
                // What is asked for.
            }
        }
    }

    [Fact]
    public void What_is_written_reads_as_the_same()
    {
        var random = new Random(11);
        for (var round = 0; round < 3_000; round++)
        {
            var node = new JsonObject { ["v"] = Any(random, 3) };
            var text = KubeYaml.Write(node);

            Assert.True(JsonNode.DeepEquals(node, KubeYaml.Read(text).Single().Content), $"{node.ToJsonString()}\n{text}");
        }
    }

    [Fact]
    public void Objects_are_written_as_kubectl_prints_them()
    {
        var node = JsonNode.Parse("""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","labels":{"v":"1","on":"yes"}},"spec":{"containers":[{"name":"c","args":["--x","a: b"],"text":"one\ntwo\n"}],"none":{},"nil":null}}""");

        Assert.Equal(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              labels:
                "on": "yes"
                v: "1"
              name: a
            spec:
              containers:
              - args:
                - --x
                - 'a: b'
                name: c
                text: |
                  one
                  two
              nil: null
              none: {}

            """,
            KubeYaml.Write(node));
    }

    [Fact]
    public void A_manifest_gives_its_objects_and_those_of_a_List()
    {
        var read = KubeYaml.ReadObjects("---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: b}\n"u8);

        Assert.Equal(["Pod a", "Service b"], read.Select(item => $"{item.Kind} {item.Metadata.Name}"));
        Assert.Contains("needs apiVersion and kind", Assert.Throws<YamlFormatException>(() => KubeYaml.ReadObjects("a: 1"u8).ToString()).Message, StringComparison.Ordinal);
    }

    private static JsonNode? Any(Random random, int depth) => random.Next(depth > 0 ? 8 : 6) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 => JsonValue.Create((long)random.Next(-1000, 1000)),
        3 => JsonValue.Create(random.Next(1000) + 0.25),
        4 or 5 => JsonValue.Create(AnyText(random)),
        6 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Any(random, depth - 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(4)).Select(i => KeyValuePair.Create($"{AnyText(random)}{i}", Any(random, depth - 1)))),
    };

    private static string AnyText(Random random)
    {
        const string alphabet = "abyno10.-: #\n\t'\"[]{}&*!|>%@,?~=<\\éß\u2028\u0085";
        return new string([.. Enumerable.Range(0, random.Next(9)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
    }
}
