using System.Collections.Frozen;
using System.Globalization;
using System.IO.Enumeration;
using System.Text;

namespace Weft.Demos.Guestbook.Redis;

/// <summary>A command on the values: how many words it has with its name, whether it changes something, and what it does.</summary>
internal sealed record RedisCommand(int MinWords, int MaxWords, bool IsWrite, Func<Dictionary<string, byte[]>, byte[][], byte[]> Execute);

/// <summary>The commands on strings that the demo and people who look into it use.</summary>
internal static class RedisCommands
{
    private const int Any = int.MaxValue;

    private static readonly FrozenDictionary<string, RedisCommand> Table = new Dictionary<string, RedisCommand>
    {
        ["GET"] = new(2, 2, false, static (values, words) => Resp.Bulk(values.GetValueOrDefault(Key(words[1])))),
        ["SET"] = new(3, Any, true, Set),
        ["SETNX"] = new(3, 3, true, static (values, words) => Resp.Integer(values.TryAdd(Key(words[1]), words[2]) ? 1 : 0)),
        ["MSET"] = new(3, Any, true, SetMany),
        ["APPEND"] = new(3, 3, true, Append),
        ["INCR"] = new(2, 2, true, static (values, words) => Add(values, words, 1)),
        ["DECR"] = new(2, 2, true, static (values, words) => Add(values, words, -1)),
        ["DEL"] = new(2, Any, true, static (values, words) => Resp.Integer(words.Skip(1).Count(word => values.Remove(Key(word))))),
        ["UNLINK"] = new(2, Any, true, static (values, words) => Resp.Integer(words.Skip(1).Count(word => values.Remove(Key(word))))),
        ["FLUSHALL"] = new(1, 2, true, Clear),
        ["FLUSHDB"] = new(1, 2, true, Clear),
        ["EXISTS"] = new(2, Any, false, static (values, words) => Resp.Integer(words.Skip(1).Count(word => values.ContainsKey(Key(word))))),
        ["STRLEN"] = new(2, 2, false, static (values, words) => Resp.Integer(values.GetValueOrDefault(Key(words[1]), []).Length)),
        ["TYPE"] = new(2, 2, false, static (values, words) => Resp.Simple(values.ContainsKey(Key(words[1])) ? "string" : "none")),
        ["DBSIZE"] = new(1, 1, false, static (values, _) => Resp.Integer(values.Count)),
        ["KEYS"] = new(2, 2, false, Keys),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static RedisCommand? Find(string name) => Table.GetValueOrDefault(name);

    /// <summary>Bytes as a text that keeps them all.</summary>
    public static string Key(byte[] word) => Encoding.Latin1.GetString(word);

    private static byte[] Set(Dictionary<string, byte[]> values, byte[][] words)
    {
        var key = Key(words[1]);
        switch (words.Skip(3).Select(word => Key(word).ToUpperInvariant()).ToArray())
        {
            case []:
                break;
            case ["NX"] when values.ContainsKey(key):
            case ["XX"] when !values.ContainsKey(key):
                return Resp.Null;
            case ["NX" or "XX"]:
                break;
            default:
                return Resp.Error("ERR this demo's SET knows NX and XX only, and no expiry");
        }

        values[key] = words[2];
        return Resp.Ok;
    }

    private static byte[] SetMany(Dictionary<string, byte[]> values, byte[][] words)
    {
        if (words.Length % 2 == 0)
        {
            return Resp.Error("ERR wrong number of arguments for 'mset' command");
        }

        for (var i = 1; i < words.Length; i += 2)
        {
            values[Key(words[i])] = words[i + 1];
        }

        return Resp.Ok;
    }

    private static byte[] Append(Dictionary<string, byte[]> values, byte[][] words)
    {
        var key = Key(words[1]);
        byte[] joined = [.. values.GetValueOrDefault(key, []), .. words[2]];
        if (joined.Length > RespReader.MaxCommand)
        {
            return Resp.Error("ERR string exceeds maximum allowed size");
        }

        values[key] = joined;
        return Resp.Integer(joined.Length);
    }

    private static byte[] Add(Dictionary<string, byte[]> values, byte[][] words, int step)
    {
        var key = Key(words[1]);
        if (!long.TryParse(values.TryGetValue(key, out var value) ? value : "0"u8, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || (step > 0 ? number == long.MaxValue : number == long.MinValue))
        {
            return Resp.Error("ERR value is not an integer or out of range");
        }

        values[key] = Encoding.ASCII.GetBytes((number + step).ToString(CultureInfo.InvariantCulture));
        return Resp.Integer(number + step);
    }

    private static byte[] Clear(Dictionary<string, byte[]> values, byte[][] words)
    {
        values.Clear();
        return Resp.Ok;
    }

    /// <summary>Patterns of * and ? only.</summary>
    private static byte[] Keys(Dictionary<string, byte[]> values, byte[][] words)
    {
        var pattern = Key(words[1]);
        return Resp.Array([.. values.Keys.Where(key => FileSystemName.MatchesSimpleExpression(pattern, key, ignoreCase: false)).Select(key => Resp.Bulk(Encoding.Latin1.GetBytes(key)))]);
    }
}
