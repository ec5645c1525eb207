using System.Text.Json.Nodes;

namespace Weft.Api.Recordings;

/// <summary>A request and what Kiali 2.30 answered (docs: tests/README of the recordings; scenarios common, bookinfo and errors).</summary>
internal sealed record RecordedAnswer(string Name, string Method, string Url, int Status, JsonNode? Body, string? RequestBody)
{
    private static readonly Lazy<Dictionary<string, RecordedAnswer>> Recorded = new(() => Recording.Read("answers.json.br").AsObject().ToDictionary(
        pair => pair.Key,
        pair => new RecordedAnswer(
            pair.Key,
            pair.Value!["method"]!.GetValue<string>(),
            pair.Value["url"]!.GetValue<string>(),
            pair.Value["status"]!.GetValue<int>(),
            pair.Value["answer"],
            pair.Value["body"]?.GetValue<string>())));

    public static IReadOnlyDictionary<string, RecordedAnswer> All => Recorded.Value;

    /// <summary>The names that a group of endpoints is tested with.</summary>
    public static TheoryData<string> Names(params string[] prefixes) =>
        [.. All.Keys.Where(name => prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) && Purpose.IsCompared(name)).Order(StringComparer.Ordinal)];
}
