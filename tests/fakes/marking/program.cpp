// Marks from C++: the header as it is, and every function that it declares.
#include <joulecart.h>

#include <thread>

namespace {

class Phase {
public:
	explicit Phase(const char *name) : name(name) { joulecart_begin(name); }
	~Phase() { joulecart_end(name, queries); }
	Phase(const Phase &) = delete;
	Phase &operator=(const Phase &) = delete;
	uint64_t queries = 0;

private:
	const char *name;
};

} // namespace

int main()
{
	joulecart_attach();
	joulecart_count();
	std::thread other([] {
		Phase phase("other");
		phase.queries = 2;
	});
	other.join();
	{
		Phase phase("own");
		joulecart_units("tokens", 30);
		phase.queries = 3;
	}
	const float answers[] = { 1, 0, 1 };
	joulecart_answers("top1", answers, 3);
	joulecart_metric("top1", 2.0 / 3);
	joulecart_workload("w1");
	joulecart_parent("w0");
	return joulecart_detach() == 0 ? 0 : 3;
}
