using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Weft.Kubernetes.Yaml;

/// <summary>Builds one document from the parser's events. Anchors are copied where they are used, within a limit that stops alias bombs.</summary>
internal sealed class YamlComposer(Parser parser, IList<string>? duplicates)
{
    private const int MostNodes = 500_000;
    private const int Deepest = 200;

    private readonly Dictionary<string, (JsonNode? Node, int Size)> _anchors = [];
    private int _nodes;

    public JsonNode? Compose() => Compose(0);

    private JsonNode? Compose(int depth)
    {
        parser.Accept<ParsingEvent>(out var next);
        var current = next ?? throw new YamlFormatException("the text ends within a document", 1);
        if (depth > Deepest)
        {
            throw Wrong("nested too deeply", current);
        }

        var before = _nodes;
        Count(1, current);
        if (current is AnchorAlias alias)
        {
            parser.MoveNext();
            return Copy(alias);
        }

        var node = current switch
        {
            Scalar => ReadScalar(parser.Consume<Scalar>()),
            SequenceStart => ReadSequence(depth),
            MappingStart => ReadMapping(depth),
            _ => throw Wrong("a value is expected", current),
        };
        if (current is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            _anchors[anchored.Anchor.Value] = (node, _nodes - before);
        }

        return node;
    }

    private JsonNode? Copy(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var anchored))
        {
            throw Wrong($"unknown anchor '{alias.Value.Value}' referenced", alias);
        }

        Count(anchored.Size, alias);
        return anchored.Node?.DeepClone();
    }

    private JsonArray ReadSequence(int depth)
    {
        parser.Consume<SequenceStart>();
        var array = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            array.Add(Compose(depth + 1));
        }

        return array;
    }

    private JsonObject ReadMapping(int depth)
    {
        parser.Consume<MappingStart>();
        var mapping = new JsonObject();
        var merged = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            parser.Accept<ParsingEvent>(out var at);
            var isMerge = at is Scalar { Style: ScalarStyle.Plain, Value: "<<" };
            var key = KeyOf(Compose(depth + 1), at!);
            var value = Compose(depth + 1);
            if (isMerge)
            {
                Merge(merged, value, at!);
            }
            else if (!mapping.TryAdd(key, value))
            {
                if (duplicates is null) throw Wrong($"key \"{key}\" already set in map", at!);
                duplicates.Add($"line {at!.Start.Line}: key \"{key}\" already set in map");
                mapping[key] = value;
            }
        }

        foreach (var (key, value) in merged)
        {
            mapping.TryAdd(key, value?.DeepClone());
        }

        return mapping;
    }

    private static void Merge(JsonObject merged, JsonNode? value, ParsingEvent at)
    {
        foreach (var source in value is JsonArray several ? several.ToArray() : [value])
        {
            if (source is not JsonObject fields)
            {
                throw Wrong("map merge requires map or sequence of maps as the value", at);
            }

            foreach (var (key, field) in fields)
            {
                merged.TryAdd(key, field?.DeepClone());
            }
        }
    }

    private static string KeyOf(JsonNode? key, ParsingEvent at) => key switch
    {
        null => "null",
        JsonValue value => value.TryGetValue<string>(out var text) ? text : value.ToJsonString(),
        _ => throw Wrong("a map's key must be a scalar", at),
    };

    private static JsonNode? ReadScalar(Scalar scalar)
    {
        var tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        if (scalar.Style != ScalarStyle.Plain || tag is "!" or "tag:yaml.org,2002:str" or "tag:yaml.org,2002:binary")
        {
            return JsonValue.Create(scalar.Value);
        }

        return YamlScalars.IsInfiniteOrNaN(scalar.Value)
            ? throw Wrong($"{scalar.Value} is not a JSON number", scalar)
            : YamlScalars.Resolve(scalar.Value);
    }

    private void Count(int more, ParsingEvent at)
    {
        _nodes += more;
        if (_nodes > MostNodes)
        {
            throw Wrong("document contains excessive aliasing or too many values", at);
        }
    }

    private static YamlFormatException Wrong(string message, ParsingEvent at) => new(message, at.Start.Line);
}
