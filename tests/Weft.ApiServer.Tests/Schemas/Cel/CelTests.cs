using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Weft.ApiServer.Schemas.Cel;

public sealed class CelTests
{
    private const string Noise = "()[]{}.,?:!&|<>=+-*/%'\"\\x1aé\0";
    private static readonly JsonObject Self = (JsonObject)JsonNode.Parse("""{"name":"web","list":[3,1,2],"a-b":"dashed","nested":{"x":1}}""")!;

    [Fact]
    public void Expressions_give_what_the_table_says()
    {
        using var reader = new StreamReader(typeof(CelTests).Assembly.GetManifestResourceStream("expressions.txt")!);
        var failures = new List<string>();
        foreach (var line in reader.ReadToEnd().Split('\n').Where(l => l.Length > 0 && l[0] != '#'))
        {
            var at = line.LastIndexOf(" => ", StringComparison.Ordinal);
            var (expression, expected) = (line[..at], line[(at + 4)..]);
            if (Outcome(expression) is var outcome && outcome != expected) failures.Add($"{expression}: wanted {expected}, got {outcome}");
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public void Whatever_the_text_the_outcome_is_a_value_or_an_error_of_CEL()
    {
        // Fixed seed: mutations of real expressions, which reach deeper than noise.
        var random = new Random(20261121);
        using var reader = new StreamReader(typeof(CelTests).Assembly.GetManifestResourceStream("expressions.txt")!);
        var seeds = reader.ReadToEnd().Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l[..l.LastIndexOf(" => ", StringComparison.Ordinal)]).ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var text = seeds[random.Next(seeds.Length)];
            for (var change = random.Next(1, 4); change > 0 && text.Length > 0; change--)
            {
                var at = random.Next(text.Length);
                text = random.Next(3) switch
                {
                    0 => text.Remove(at, 1),
                    1 => text.Insert(at, Noise[random.Next(Noise.Length)].ToString()),
                    _ => text[..at] + seeds[random.Next(seeds.Length)] + text[at..],
                };
            }

            Outcome(text);
        }
    }

    [Theory]
    [InlineData("(", 50_000)]
    [InlineData("!", 50_000)]
    [InlineData("[", 9_000)]
    [InlineData("1+", 9_000)]
    [InlineData("true||", 6_000)]
    [InlineData("a.", 9_000)]
    public void Deep_and_long_expressions_end_in_an_answer(string part, int times) => Assert.NotEmpty(Outcome(string.Concat(Enumerable.Repeat(part, times)) + "1"));

    [Fact]
    public void A_costly_rule_is_cancelled()
    {
        const string numbers = "[1,2,3,4,5,6,7,8,9,10]";
        var nested = string.Concat(Enumerable.Range(0, 9).Select(i => $"{numbers}.all(v{i}, ")) + "true" + new string(')', 9);
        Assert.Equal("!operation cancelled: actual cost limit exceeded", Outcome(nested));
    }

    [Fact]
    public void Equality_and_order_hold_for_all_pairs_of_numbers()
    {
        object[] numbers = [0L, 1L, -1L, long.MaxValue, long.MinValue, 0UL, 1UL, ulong.MaxValue, 0.0, -0.5, 1.0, 1e300, double.PositiveInfinity];
        foreach (var a in numbers)
        {
            foreach (var b in numbers)
            {
                Assert.Equal(CelOperators.Compare(a, b), -CelOperators.Compare(b, a));
                Assert.Equal(CelOperators.Equals(a, b), CelOperators.Compare(a, b) == 0);
            }
        }
    }

    private static string Outcome(string text)
    {
        try
        {
            var scope = ImmutableDictionary<string, CelType>.Empty.Add("self", CelType.Dyn).Add("oldSelf", CelType.Dyn);
            var expression = CelParser.Parse(text);
            new CelChecker().Check(expression, scope);
            var value = new CelEvaluator(new CelBudget(200_000)).Evaluate(expression, new CelScope("self", CelJson.ToCel(Self, SchemaNode.Anything), null));
            return value is CelMap or CelList or CelOptional or CelTypeName or null ? value?.GetType().Name ?? "null" : CelFunctions.Text(value);
        }
        catch (CelCompileException exception)
        {
            Assert.NotEmpty(exception.Describe(text));
            return "?" + exception.Message;
        }
        catch (CelException exception)
        {
            return "!" + exception.Message;
        }
    }
}
