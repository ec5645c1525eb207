using System.Text.Json.Nodes;

namespace Weft.Kubernetes.Json;

public sealed class MergePatchTests
{
    /// <summary>The cases of RFC 7386, appendix A.</summary>
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"foo"}""", "null", null)]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""[1,2]""", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void A_patch_gives_what_the_RFC_says(string target, string patch, string? result) =>
        Assert.True(JsonNode.DeepEquals(result is null ? null : JsonNode.Parse(result), MergePatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch))));

    [Fact]
    public void The_patch_between_two_objects_leads_from_one_to_the_other()
    {
        var before = JsonNode.Parse("""{"a":1,"b":{"x":1,"y":[1]},"c":2}""")!.AsObject();
        var after = JsonNode.Parse("""{"a":1,"b":{"x":2,"y":[1]},"d":{}}""")!.AsObject();

        var patch = MergePatch.Between(before, after);

        Assert.Equal("""{"c":null,"b":{"x":2},"d":{}}""", patch.ToJsonString());
        Assert.True(JsonNode.DeepEquals(after, MergePatch.Apply(before, patch)));
    }
}
