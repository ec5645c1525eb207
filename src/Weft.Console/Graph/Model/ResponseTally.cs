namespace Weft.Console.Graph.Model;

/// <summary>
/// Rates of an edge by response code, and per code by Envoy's response flags and by requested host. Sorted lists, since most have
/// one entry, few have many, and a graph shows them sorted.
/// </summary>
internal sealed class ResponseTally
{
    private readonly SortedList<string, CodeTally> _codes = new(1, StringComparer.Ordinal);

    /// <summary>By code. The empty code stands for messages of a stream, which are not answered one by one.</summary>
    public SortedList<string, CodeTally> Codes => _codes;

    /// <summary>What can be judged.</summary>
    public IEnumerable<KeyValuePair<string, CodeTally>> Answers => _codes.Where(pair => pair.Key.Length > 0);

    public void Add(string code, string flags, string host, double rate)
    {
        var tally = TallyOf(code);
        tally.Total += rate;
        Add(tally.Hosts, host, rate);
        if (code.Length > 0)
        {
            Add(tally.Flags, flags, rate);
        }
    }

    public void Add(ResponseTally other)
    {
        foreach (var (code, source) in other._codes)
        {
            var tally = TallyOf(code);
            tally.Total += source.Total;
            foreach (var (flags, rate) in source.Flags)
            {
                Add(tally.Flags, flags, rate);
            }

            foreach (var (host, rate) in source.Hosts)
            {
                Add(tally.Hosts, host, rate);
            }
        }
    }

    private CodeTally TallyOf(string code)
    {
        if (!_codes.TryGetValue(code, out var tally))
        {
            _codes[code] = tally = new CodeTally();
        }

        return tally;
    }

    private static void Add(SortedList<string, double> rates, string key, double rate) => rates[key] = rates.GetValueOrDefault(key) + rate;

    internal sealed class CodeTally
    {
        public double Total { get; set; }

        public SortedList<string, double> Flags { get; } = new(1, StringComparer.Ordinal);

        public SortedList<string, double> Hosts { get; } = new(1, StringComparer.Ordinal);
    }
}
