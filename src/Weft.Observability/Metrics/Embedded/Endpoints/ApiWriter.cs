using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Weft.Observability.Metrics.Embedded.Endpoints;

/// <summary>Writes answers in the JSON of the Prometheus HTTP API, straight to the response.</summary>
internal static class ApiWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A successful answer; the callback writes the value of <c>data</c>.</summary>
    public static async Task SucceedAsync(HttpContext context, Action<Utf8JsonWriter> writeData)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Options);
        json.WriteStartObject();
        json.WriteString("status", "success");
        json.WritePropertyName("data");
        writeData(json);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    public static async Task FailAsync(HttpContext context, string errorType, string message)
    {
        context.Response.ContentType = "application/json";
        context.Response.StatusCode = errorType switch
        {
            "bad_data" => 400,
            "execution" => 422,
            "canceled" or "timeout" => 503,
            "not_found" => 404,
            _ => 500,
        };
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Options);
        json.WriteStartObject();
        json.WriteString("status", "error");
        json.WriteString("errorType", errorType);
        json.WriteString("error", message);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    public static void WriteResult(Utf8JsonWriter json, QueryResult result)
    {
        json.WriteStartObject();
        json.WriteString("resultType", result.TypeName);
        json.WritePropertyName("result");
        switch (result)
        {
            case VectorResult vector:
                WriteVector(json, vector);
                break;
            case MatrixResult matrix:
                WriteMatrix(json, matrix);
                break;
            case ScalarResult scalar:
                WritePoint(json, scalar.Timestamp, PromText.FormatNumber(scalar.Value));
                break;
            case StringResult text:
                WritePoint(json, text.Timestamp, text.Value);
                break;
        }

        json.WriteEndObject();
    }

    public static void WriteLabels(Utf8JsonWriter json, LabelSet labels)
    {
        json.WriteStartObject();
        foreach (var (name, value) in labels)
            json.WriteString(name, value);
        json.WriteEndObject();
    }

    public static void WriteStrings(Utf8JsonWriter json, IEnumerable<string> texts)
    {
        json.WriteStartArray();
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void WriteVector(Utf8JsonWriter json, VectorResult vector)
    {
        json.WriteStartArray();
        foreach (var sample in vector.Samples)
        {
            json.WriteStartObject();
            json.WritePropertyName("metric");
            WriteLabels(json, sample.Labels);
            json.WritePropertyName("value");
            WritePoint(json, sample.Timestamp, PromText.FormatSampleValue(sample.Value));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMatrix(Utf8JsonWriter json, MatrixResult matrix)
    {
        json.WriteStartArray();
        foreach (var series in matrix.Series)
        {
            json.WriteStartObject();
            json.WritePropertyName("metric");
            WriteLabels(json, series.Labels);
            json.WritePropertyName("values");
            json.WriteStartArray();
            foreach (var point in series.Points)
                WritePoint(json, point.Timestamp, PromText.FormatSampleValue(point.Value));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePoint(Utf8JsonWriter json, long timestamp, string value)
    {
        json.WriteStartArray();
        WriteTimestamp(json, timestamp);
        json.WriteStringValue(value);
        json.WriteEndArray();
    }

    // Seconds with three decimals, or none: 1435781451.781, 1435781451.
    private static void WriteTimestamp(Utf8JsonWriter json, long timestamp)
    {
        var (seconds, milliseconds) = Math.DivRem(Math.Abs(timestamp), 1000);
        Span<char> text = stackalloc char[32];
        var sign = timestamp < 0 ? "-" : "";
        var written = 0;
        var done = milliseconds == 0
            ? text.TryWrite(CultureInfo.InvariantCulture, $"{sign}{seconds}", out written)
            : text.TryWrite(CultureInfo.InvariantCulture, $"{sign}{seconds}.{milliseconds:000}", out written);
        json.WriteRawValue(done ? text[..written] : "0", skipInputValidation: true);
    }
}
