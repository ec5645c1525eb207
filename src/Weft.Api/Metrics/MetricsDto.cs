using System.Text.Json;
using System.Text.Json.Serialization;
using Weft.Console.Metrics;
using Weft.Observability.Metrics;

namespace Weft.Api.Metrics;

public sealed record SeriesDto
{
    public required string Name { get; init; }

    public required Dictionary<string, string> Labels { get; init; }

    public required DatapointDto[] Datapoints { get; init; }

    /// <summary><c>avg</c> or a quantile, of histograms.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stat { get; init; }

    public static SeriesDto Of(MetricSeries series, double scale = 1) => new()
    {
        Name = series.Name,
        Labels = series.Labels.ToDictionary(label => label.Key, label => label.Value),
        Datapoints = [.. series.Points.Select(point => new DatapointDto(point.Timestamp, point.Value * scale))],
        Stat = series.Stat,
    };
}

/// <summary>A time in milliseconds and a value; written as Prometheus writes it: <c>[seconds, "value"]</c>.</summary>
[JsonConverter(typeof(DatapointConverter))]
public readonly record struct DatapointDto(long Milliseconds, double Value);

internal sealed class DatapointConverter : JsonConverter<DatapointDto>
{
    public override DatapointDto Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("points are only written");

    public override void Write(Utf8JsonWriter writer, DatapointDto value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        if (value.Milliseconds % 1000 == 0)
        {
            writer.WriteNumberValue(value.Milliseconds / 1000);
        }
        else
        {
            writer.WriteNumberValue(value.Milliseconds / 1000m);
        }

        writer.WriteStringValue(PromText.FormatSampleValue(value.Value));
        writer.WriteEndArray();
    }
}
