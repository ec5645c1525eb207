using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Endpoints;

/// <summary>YAML bodies as JSON nodes. JSON is YAML too, and is what kubectl sends under the YAML media types.</summary>
internal static class YamlText
{
    public static JsonNode? Parse(string text)
    {
        try
        {
            return JsonText.Parse(Encoding.UTF8.GetBytes(text));
        }
        catch (JsonException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }
}
