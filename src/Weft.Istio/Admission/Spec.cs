using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Istio.Json;

namespace Weft.Istio.Admission;

/// <summary>
/// A message of Istio's API as it came, in JSON. As in protobuf, an absent field, null, an empty list and an empty map are the same;
/// a value of another type than asked for reads as absent (the schema has refused it before).
/// </summary>
internal readonly record struct Spec(JsonObject? Json)
{
    public bool Exists => Json is not null;

    public Spec Message(string field) => new(Json?[field] as JsonObject);

    /// <summary>The field has a value, be it that of a scalar's default.</summary>
    public bool Has(string field) => Json?[field] switch
    {
        null => false,
        JsonArray list => list.Count > 0,
        _ => true,
    };

    public string Text(string field) => Scalar(field) is { } value && value.TryGetValue<string>(out var text) ? text : "";

    public bool Flag(string field) => Scalar(field) is { } value && value.TryGetValue<bool>(out var flag) && flag;

    public double Number(string field) => NumberOf(Json?[field]) ?? 0;

    public IReadOnlyList<string> Texts(string field) => Json?[field] is JsonArray list
        ? [.. list.OfType<JsonValue>().Where(value => value.GetValueKind() == JsonValueKind.String).Select(value => value.GetValue<string>())]
        : [];

    public IReadOnlyList<Spec> Messages(string field) => Json?[field] is JsonArray list ? [.. list.Select(item => new Spec(item as JsonObject))] : [];

    public IEnumerable<(string Key, Spec Value)> MessageMap(string field) =>
        Json?[field] is JsonObject map ? map.Select(entry => (entry.Key, new Spec(entry.Value as JsonObject))) : [];

    public IEnumerable<(string Key, string Value)> TextMap(string field) =>
        Json?[field] is JsonObject map ? map.Select(entry => (entry.Key, TextOf(entry.Value))) : [];

    public IEnumerable<(string Key, double Value)> NumberMap(string field) =>
        Json?[field] is JsonObject map ? map.Select(entry => (entry.Key, NumberOf(entry.Value) ?? 0)) : [];

    /// <summary>Null when absent or no duration.</summary>
    public TimeSpan? Duration(string field) => GoDuration.TryParse(Text(field), out var duration) ? duration : null;

    private JsonValue? Scalar(string field) => Json?[field] as JsonValue;

    private static string TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static double? NumberOf(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && double.TryParse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
