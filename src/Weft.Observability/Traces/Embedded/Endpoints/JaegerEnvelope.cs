using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Weft.Observability.Traces.Embedded.Endpoints;

/// <summary>What Jaeger puts around every answer.</summary>
internal static class JaegerEnvelope
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static async Task WriteAsync<T>(HttpContext context, ImmutableArray<T> items, Action<Utf8JsonWriter, T> write, int total)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Options);
        json.WriteStartObject();
        json.WriteStartArray("data");
        foreach (var item in items)
        {
            write(json, item);
            // A large answer leaves in parts; the response holds the writer when the client is slow.
            if (json.BytesPending > 64 * 1024)
                await json.FlushAsync(context.RequestAborted);
        }

        json.WriteEndArray();
        WriteRest(json, total);
        json.WriteNull("errors");
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    public static async Task FailAsync(HttpContext context, int status, string message)
    {
        context.Response.ContentType = "application/json";
        context.Response.StatusCode = status;
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Options);
        json.WriteStartObject();
        json.WriteNull("data");
        WriteRest(json, 0);
        json.WriteStartArray("errors");
        json.WriteStartObject();
        json.WriteNumber("code", status);
        json.WriteString("msg", message);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    private static void WriteRest(Utf8JsonWriter json, int total)
    {
        json.WriteNumber("total", total);
        json.WriteNumber("limit", 0);
        json.WriteNumber("offset", 0);
    }
}
