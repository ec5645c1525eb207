using System.Text.Json.Nodes;

namespace Weft.Istio.Mesh;

public sealed class ProxyTracingTests
{
    [Theory]
    [InlineData("custom_tags", "default_value")]
    [InlineData("customTags", "defaultValue")]
    public void Fields_are_read_by_their_names_in_json_and_in_proto_files(string tags, string fallback)
    {
        var config = """{"tracing":{"sampling":10,"TAGS":{"http.header.portal":{"header":{"name":"portal","FALLBACK":"none"}},"my_tag":{"literal":{"value":"x"}}}}}"""
            .Replace("TAGS", tags, StringComparison.Ordinal).Replace("FALLBACK", fallback, StringComparison.Ordinal);

        var tracing = ProxyTracing.Of(JsonNode.Parse(config));

        Assert.Equal(10, tracing.EffectiveSampling);
        Assert.Equal(("portal", "none"), (tracing.CustomTags["http.header.portal"].Header!.Name, tracing.CustomTags["http.header.portal"].Header!.DefaultValue));
        Assert.Equal("x", tracing.CustomTags["my_tag"].Literal!.Value);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"tracing":5}""")]
    [InlineData("""{"tracing":{"custom_tags":[1]}}""")]
    [InlineData("""{"tracing":{"custom_tags":{"a":{"header":7}}}}""")]
    [InlineData("null")]
    public void What_cannot_be_read_gives_the_defaults(string config) =>
        Assert.Equal(1, ProxyTracing.Of(JsonNode.Parse(config)).EffectiveSampling);
}
